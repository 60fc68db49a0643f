import type { Question } from '../../core/fact.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { type GuardedPath, guardedPathsFunction, readGuardedPaths } from '../root-only.ts';

export interface SearchPath {
  /** Assignments of PATH where root's programs get theirs from, as written, with `path:line`. */
  readonly assignments: readonly { readonly value: string; readonly file: string }[];
  /** Every directory named in them by an absolute path without a variable. */
  readonly directories: readonly GuardedPath[];
}

const files = [
  '/etc/environment /etc/login.defs /etc/profile /etc/profile.d/*.sh /etc/bash.bashrc /etc/crontab /etc/anacrontab /etc/cron.d/*',
  '/root/.profile /root/.bashrc /root/.bash_profile /root/.bash_login /root/.zshenv /root/.zprofile /root/.zshrc /root/.pam_environment',
].join(' ');

/** Directories in which root's shells, cron jobs and services look for programs. */
export const accountsSearchPath: Question<SearchPath> = {
  id: 'accounts.search-path',
  family: 'accounts',
  title: 'where root looks for programs, and who may put some there',
  script: () => `${partFunctions}${guardedPathsFunction}
assignments() {
  grep -aHnE '^[^#]*\\bPATH[=[:space:]]' ${files} /dev/null 2>/dev/null
  [ ! -d /run/systemd/system ] || systemctl show-environment 2>/dev/null | sed -n 's/^PATH=/systemd:0:PATH=/p'
}
assigned=$(assignments)
part assignments printf '%s\\n' "$assigned"
printf '%s\\n' "$assigned" | sed 's/^[^:]*:[0-9]*://' | tr -s ':=" \\t;\\047' '\\n' | grep '^/[^$*]*$' | guarded_paths`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const assignments = partOf(parts, 'assignments')
      .text.split('\n')
      .flatMap((text) => {
        const [, path = '', line = '', value] = /^([^:]+):(\d+):.*?\b(?:PATH)[=\s]+(?:PATH=)?(.*)$/.exec(text) ?? [];
        // login.defs names the path of users without root as well: ENV_PATH
        if (value === undefined || /\bENV_PATH\b/.test(text)) return [];
        const bare = value.replaceAll(/["']/g, '').replace(/;.*$/, '').trim();
        return [{ value: bare, file: line === '0' ? path : `${path}:${line}` }];
      });
    const named = new Set(assignments.flatMap(({ value }) => value.split(':')));
    return { assignments, directories: readGuardedPaths(parts).filter(({ path }) => named.has(path)) };
  },
};
