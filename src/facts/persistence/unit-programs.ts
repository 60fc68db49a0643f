import type { Question } from '../../core/fact.ts';
import { programsOf } from '../command-programs.ts';
import { partFunctions, partOf, readParts } from '../parts.ts';
import { type GuardedPath, guardedPathsFunction, readGuardedPaths } from '../root-only.ts';

export interface UnitProgram {
  /** For example `backup.service`; drop-ins count to their unit. */
  readonly unit: string;
  /** `root` unless the unit names another. */
  readonly user: string;
  /** Absolute paths. */
  readonly programs: readonly string[];
  /** `path:line`. */
  readonly file: string;
}

export interface UnitPrograms {
  readonly commands: readonly UnitProgram[];
  /** Programs outside of the directories of packages, and who may change them. */
  readonly programs: readonly GuardedPath[];
}

/** What the units that were put on this host by hand run (systemd.service(5)), and as whom. */
export const persistenceUnitPrograms: Question<UnitPrograms> = {
  id: 'persistence.unit-programs',
  family: 'persistence',
  title: 'programs that units of this host run, and who may change them',
  script: () => `${partFunctions}${guardedPathsFunction}
lines() {
  grep -arHnE '^[[:space:]]*(Exec[A-Za-z]+|User|DynamicUser)[[:space:]]*=' /etc/systemd/system /usr/local/lib/systemd/system \\
    /run/systemd/system --include=*.service --include=*.conf --include=*.socket --include=*.mount --include=*.swap 2>/dev/null
  :
}
lines=$(lines)
part lines printf '%s\\n' "$lines"
printf '%s\\n' "$lines" | sed 's/^[^=]*=[[:space:]]*[-@+!:|]*//' | tr -s ' \\t;&|()"\\140\\047' '\\n' | grep '^/' | grep -vE '^/(usr/)?(bin|sbin|lib)/' | guarded_paths`,
  privileged: true,
  timeout: 10,
  parse: ({ stdout }) => {
    const parts = readParts(stdout);
    const lines = partOf(parts, 'lines')
      .text.split('\n')
      .flatMap((text) => {
        const [, path = '', line = '', key, value = ''] = /^([^:]+):(\d+):\s*(\w+)\s*=\s*(.*)$/.exec(text) ?? [];
        return key === undefined ? [] : [{ unit: unitOf(path), file: `${path}:${line}`, key, value }];
      });
    const userOf = (unit: string): string =>
      lines.findLast((one) => one.unit === unit && one.key === 'User' && one.value !== '')?.value ??
      (lines.some((one) => one.unit === unit && one.key === 'DynamicUser' && /^(yes|true|1|on)$/.test(one.value))
        ? 'dynamic'
        : 'root');
    const commands = lines
      .filter(({ key }) => key.startsWith('Exec'))
      .map(({ unit, file, value }) => {
        const [, prefix = '', command = ''] = /^([-@+!:|]*)(.*)$/.exec(value) ?? [];
        return { unit, user: /[+!]/.test(prefix) ? 'root' : userOf(unit), programs: programsOf(command), file };
      })
      .filter(({ programs }) => programs.length > 0);
    const named = new Set(commands.flatMap(({ programs }) => programs));
    return { commands, programs: readGuardedPaths(parts).filter(({ path }) => named.has(path)) };
  },
};

function unitOf(path: string): string {
  const [, ofDropIn] = /\/([^/]+)\.d\/[^/]+\.conf$/.exec(path) ?? [];
  return ofDropIn ?? path.slice(path.lastIndexOf('/') + 1);
}
