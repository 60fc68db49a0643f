import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, partOf, readWholeParts } from '../parts.ts';

/** A variable by name; `path`: its value is a path, which is no secret. */
export interface VariableName {
  readonly name: string;
  readonly value: 'empty' | 'path' | 'set';
}

/** A file that a unit takes variables from. */
export interface EnvironmentFile {
  readonly path: string;
  /** Null: it is not there. */
  readonly mode: string | null;
  readonly owner: string;
  readonly group: string;
  readonly variables: readonly VariableName[];
}

/** What a unit hands to its processes, and what it bounds of them. */
export interface UnitEnvironment {
  readonly unit: string;
  /** For example `loaded`, `not-found`. */
  readonly load: string;
  readonly files: readonly EnvironmentFile[];
  readonly processes: readonly { readonly pid: number; readonly variables: readonly VariableName[] }[];
  /** Limits and reach of the network, in systemd's words. */
  readonly settings: Readonly<Record<string, string>>;
}

const settings = ['MemoryMax', 'TasksMax', 'IPAddressDeny', 'IPAddressAllow', 'PrivateNetwork'];

/** Asks about units by name, with suffix. Of variables only names leave the host. */
export function workloadEnvironmentsOf(units: readonly string[]): Question<readonly UnitEnvironment[]> {
  return {
    id: 'workload.environments',
    family: 'workload',
    title: 'declared units: names of variables, limits, reach of the network',
    script: () => `${partFunctions}
[ -d /run/systemd/system ] || exit 3
names() {
  awk '/^[ \\t]*(export[ \\t]+)?[A-Za-z_][A-Za-z0-9_]*=/ {
    name = $0; sub(/^[ \\t]*(export[ \\t]+)?/, "", name); value = name; sub(/=.*/, "", name); sub(/^[^=]*=/, "", value)
    sub(/^["\\047]/, "", value)
    print substr(name, 1, 100) "\\t" (value ~ /^["\\047]?$/ ? "empty" : value ~ /^(file:|\\.?\\/)/ ? "path" : "set")
  }' | head -n 500
}
environ() { tr '\\n\\0' ' \\n' <"/proc/$1/environ" 2>/dev/null | names; }
from_file() { head -c 65536 -- "$1" | names; }
look() {
  told=$(systemctl show --no-pager -p Id,LoadState,ControlGroup,EnvironmentFiles,${settings.join(',')} -- "$1") || exit 4
  part "unit $1" printf '%s\\n' "$told"
  group=$(printf '%s\\n' "$told" | sed -n 's/^ControlGroup=//p')
  if [ -n "$group" ]; then
    for pid in $(find "/sys/fs/cgroup$group" "/sys/fs/cgroup/systemd$group" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -un | head -n 50); do
      [ ! -r "/proc/$pid/environ" ] || part "process $1 $pid" environ "$pid"
    done
  fi
  printf '%s\\n' "$told" | sed -n 's/^EnvironmentFiles=\\(.*\\) (ignore_errors=.*)$/\\1/p' | while IFS= read -r path; do
    if [ -f "$path" ]; then
      part "stat $path" stat -L -c '%a %U %G' -- "$path"
      part "names $path" from_file "$path"
    fi
  done
}
${units.map((unit) => `look ${shellQuote(unit)}\n`).join('')}echo '=end 0'`,
    privileged: true,
    timeout: 15,
    parse: ({ stdout, exitCode }) => {
      if (exitCode === 3) throw new Error('systemd does not run');
      if (exitCode === 4) throw new Error('systemctl show failed');
      const parts = readWholeParts(stdout);
      const variables = (name: string): readonly VariableName[] =>
        partOf(parts, name)
          .text.split('\n')
          .filter(Boolean)
          .map((line): VariableName => {
            const [one = '', value] = line.split('\t');
            return { name: one, value: value === 'empty' || value === 'path' ? value : 'set' };
          });
      const named = (start: string): readonly string[] =>
        [...parts.keys()].flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
      return named('unit ').map((unit): UnitEnvironment => {
        const told = partOf(parts, `unit ${unit}`).text.split('\n');
        const values = (name: string): readonly string[] =>
          told.flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
        return {
          unit,
          load: values('LoadState')[0] ?? '',
          files: values('EnvironmentFiles').map((line): EnvironmentFile => {
            const path = line.replace(/ \(ignore_errors=\w+\)$/, '');
            const [mode, owner = '', group = ''] = (parts.get(`stat ${path}`)?.text ?? '').split(' ');
            if (mode === undefined || mode === '') return { path, mode: null, owner: '', group: '', variables: [] };
            return { path, mode: mode.padStart(4, '0'), owner, group, variables: variables(`names ${path}`) };
          }),
          processes: named(`process ${unit} `).map((pid) => ({
            pid: Number(pid),
            variables: variables(`process ${unit} ${pid}`),
          })),
          settings: Object.fromEntries(
            settings.flatMap((name) =>
              values(name)
                .slice(0, 1)
                .map((one) => [name, one]),
            ),
          ),
        };
      });
    },
  };
}

/** Of no unit: what `valops facts` asks. */
export const workloadEnvironments = workloadEnvironmentsOf([]);
