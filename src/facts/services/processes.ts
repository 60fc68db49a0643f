import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';

/** One process outside of the kernel, by its main thread. Landlock rulesets are nowhere to be seen in /proc. */
export interface ServiceProcess {
  readonly pid: number;
  readonly name: string;
  /** Effective user. */
  readonly uid: number;
  /** The service or session whose control group it is in; null for the rest. */
  readonly unit: string | null;
  readonly noNewPrivileges: boolean;
  /** 0 none, 1 strict, 2 filter. */
  readonly seccomp: number;
  /** Capability sets, 16 hexadecimal digits. */
  readonly effective: string;
  readonly permitted: string;
  readonly bounding: string;
  readonly ambient: string;
  /** Kinds of namespaces (`mnt`, `net` …) that are not those of process 1. */
  readonly namespaces: readonly string[];
  /** Soft and hard limits as the kernel prints them: `unlimited`, or a number. */
  readonly openFiles: readonly [string, string];
  readonly coreSize: readonly [string, string];
}

const fields = ['Name', 'Uid', 'NoNewPrivs', 'Seccomp', 'CapEff', 'CapPrm', 'CapBnd', 'CapAmb'] as const;

/** Every process of a service or session, and every one of another user than root, with what it is allowed to do: a handful of programs for all of them. */
export const servicesProcesses: Question<readonly ServiceProcess[]> = {
  id: 'services.processes',
  family: 'services',
  title: 'processes of services and sessions: user, seccomp, capabilities, namespaces',
  script: () => `${partFunctions}
groups() { grep -sE '\\.(service|scope)(/|$)' /proc/[0-9]*/cgroup; }
found=$(groups)
part groups printf '%s\\n' "$found"
others() { find /proc -maxdepth 1 -name '[0-9]*' ! -user root; }
pids=$({ printf '%s\\n' "$found"; others; } | sed -n 's/^\\/proc\\/\\([0-9]*\\).*/\\1/p' | sort -un | head -n 3001)
[ "$(echo "$pids" | wc -l)" -le 3000 ] || exit 4
of() { for pid in $pids; do echo "/proc/$pid/$1"; done; }
# shellcheck disable=SC2046 # one word a path
status() { grep -sE '^(${fields.join('|')}):' $(of status) /dev/null; }
# shellcheck disable=SC2046
limits() { grep -sE '^Max (core file size|open files) ' $(of limits) /dev/null; }
# shellcheck disable=SC2046
namespaces() { for kind in mnt net pid ipc uts user; do of "ns/$kind"; done | xargs stat -c %N /proc/1/ns/mnt /proc/1/ns/net /proc/1/ns/pid /proc/1/ns/ipc /proc/1/ns/uts /proc/1/ns/user 2>/dev/null; }
part status status
part limits limits
part namespaces namespaces`,
  privileged: true,
  timeout: 15,
  parse: ({ exitCode, stdout }) => {
    if (exitCode === 4) throw new Error('there are more than 3000 processes');
    const parts = readParts(stdout);
    const lines = (name: string): readonly string[] => partOf(parts, name).text.split('\n').filter(Boolean);
    const units = byPid(lines('groups'), /^\/proc\/(\d+)\/cgroup:(\d+:[^:]*:.*)$/);
    const status = byPid(lines('status'), /^\/proc\/(\d+)\/status:(.*)$/);
    const limits = byPid(lines('limits'), /^\/proc\/(\d+)\/limits:(.*)$/);
    const namespaces = byPid(lines('namespaces'), /^'\/proc\/(\d+)\/ns\/\w+' -> '(.*)'$/);
    const first = new Set(namespaces.get(1) ?? []);
    if (first.size === 0) throw new Error('the namespaces of process 1 could not be read');
    return [...status].flatMap(([pid, told]): ServiceProcess[] => {
      const field = (name: string): string | undefined =>
        told
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim();
      const bounds = (name: string): readonly [string, string] => {
        const [, soft = '', hard = ''] =
          new RegExp(`^Max ${name} +(\\S+) +(\\S+)`).exec(
            limits.get(pid)?.find((line) => line.startsWith(`Max ${name}`)) ?? '',
          ) ?? [];
        return [soft, hard];
      };
      const own = namespaces.get(pid);
      const effective = field('CapEff');
      // it ended while it was looked at
      if (effective === undefined || own === undefined || !limits.has(pid)) return [];
      return [
        {
          pid,
          name: field('Name') ?? '',
          uid: Number(field('Uid')?.split(/\s+/)[1]),
          unit: unitOf(units.get(pid) ?? []),
          noNewPrivileges: field('NoNewPrivs') === '1',
          seccomp: Number(field('Seccomp') ?? 0),
          effective,
          permitted: field('CapPrm') ?? '',
          bounding: field('CapBnd') ?? '',
          ambient: field('CapAmb') ?? '',
          namespaces: own.filter((one) => !first.has(one)).map((one) => one.replace(/:.*/, '')),
          openFiles: bounds('open files'),
          coreSize: bounds('core file size'),
        },
      ];
    });
  },
};

function byPid(lines: readonly string[], pattern: RegExp): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>();
  for (const line of lines) {
    const match = pattern.exec(line);
    if (match === null) continue;
    const pid = Number(match[1]);
    found.set(pid, [...(found.get(pid) ?? []), match[2] ?? '']);
  }
  return found;
}

/** The outermost service or scope on the path; a user's manager counts as one. */
function unitOf(groups: readonly string[]): string | null {
  const path = groups.find((line) => line.startsWith('0::') || line.includes(':name=systemd:')) ?? groups[0] ?? '';
  return path.split('/').find((part) => /\.(service|scope)$/.test(part)) ?? null;
}
