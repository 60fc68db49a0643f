import { createHash } from 'node:crypto';
import type { Question } from '../../core/fact.ts';
import { programsOf } from '../command-programs.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { type GuardedPath, guardedPathsFunction, readGuardedPaths } from '../root-only.ts';

export interface CronJob {
  readonly path: string;
  readonly line: number;
  readonly user: string;
  /** As written: five fields, or `@daily` and the like. */
  readonly schedule: string;
  /** SHA-256 of the command, in hexadecimal: commands may hold secrets. */
  readonly command: string;
  /** What it runs, by absolute path. */
  readonly programs: readonly string[];
}

export interface CronJobs {
  readonly jobs: readonly CronJob[];
  /** Programs of jobs outside of the directories of packages, and who may change them. */
  readonly programs: readonly GuardedPath[];
}

/** Jobs of cron: /etc/crontab, /etc/cron.d, and the table of each user (crontab(5)). */
export const persistenceCron: Question<CronJobs> = {
  id: 'persistence.cron',
  family: 'persistence',
  title: 'jobs of cron: when, as whom, which programs',
  script: () => `${partFunctions}${guardedPathsFunction}
lines() { grep -aHn '^[[:space:]]*[^#[:space:]]' "$@" /dev/null 2>/dev/null; :; }
system=$(lines /etc/crontab /etc/cron.d/*)
users=$(lines /var/spool/cron/crontabs/*)
part system printf '%s\\n' "$system"
part users printf '%s\\n' "$users"
own() { printf '%s\\n' "$users" | grep "$1" '^/var/spool/cron/crontabs/root:'; }
paths() { sed 's/^[^:]*:[0-9]*://' | tr -s ' \\t;&|()"\\140\\047' '\\n' | grep '^/' | grep -vE '^/(usr/)?(bin|sbin|lib)/' | head -n "$1"; }
# those of users are bounded by themselves: a table of thousands of paths must not cost the others their answer
{
  { printf '%s\\n' "$system"; own -e; } | paths 1000
  own -ve | paths 300
} | guarded_paths`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const system = partOf(parts, 'system')
      .text.split('\n')
      .flatMap((line) => readJob(line, null));
    const users = partOf(parts, 'users')
      .text.split('\n')
      .flatMap((line) => readJob(line, /^\/var\/spool\/cron\/crontabs\/([^:]+)/.exec(line)?.[1] ?? ''));
    const jobs = [...system, ...users];
    const named = new Set(jobs.flatMap(({ programs }) => programs));
    return { jobs, programs: readGuardedPaths(parts).filter(({ path }) => named.has(path)) };
  },
};

/** `owner` is null for tables that name the user in each line. */
function readJob(text: string, owner: string | null): readonly CronJob[] {
  const [, path = '', line = '', rest = ''] = /^([^:]+):(\d+):\s*(.*)$/.exec(text) ?? [];
  const [, schedule, after = ''] =
    /^(@\w+|(?:[-\d*][^\s=]*|[a-z]{3})\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/i.exec(rest) ?? [];
  if (schedule === undefined) return [];
  const [, user = '', command = ''] = owner === null ? (/^(\S+)\s+(.*)$/.exec(after) ?? []) : ['', owner, after];
  return [
    {
      path,
      line: Number(line),
      user,
      schedule,
      command: createHash('sha256').update(command).digest('hex'),
      programs: programsOf(command),
    },
  ];
}
