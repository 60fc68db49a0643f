import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';
import { partFunctions, readWholeParts, refuseMissingTool } from '../parts.ts';
import { readTree, treeFunctions, type TreeEntry } from '../tree.ts';

/** A unit of the validator, and what it runs. */
export interface UnitPrograms {
  readonly name: string;
  /** For example `loaded`, `not-found`. */
  readonly load: string;
  readonly active: string;
  /** User it runs as; `root` when the unit names none. */
  readonly user: string;
  readonly file: string | null;
  /** Programs of its Exec lines, absolute, each once. */
  readonly programs: readonly string[];
  /** `PATH` and `LD_…` that the unit sets, as `NAME=VALUE`; nothing else of its environment. */
  readonly variables: readonly string[];
}

/** A process of a declared unit, or of a program below the prefix. */
export interface ProgramProcess {
  readonly pid: number;
  /** Null: of no declared unit. */
  readonly unit: string | null;
  /** The file it was started from, as the kernel names it now, without ` (deleted)`. */
  readonly exe: string;
  readonly deleted: boolean;
  /** Whether the file that has its name now is the one it runs; null when there is none. */
  readonly same: boolean | null;
  /** `PATH` and `LD_…` of its environment; nothing else. */
  readonly variables: readonly string[];
  /** Files besides its own that it runs code from, each once. */
  readonly libraries: readonly string[];
}

/** What the validator runs. */
export interface ValidatorPrograms {
  /** Null where systemd does not run. */
  readonly units: readonly UnitPrograms[] | null;
  readonly processes: readonly ProgramProcess[];
  /** Every program and library named above that is there, links followed, and the directories above them. */
  readonly files: readonly TreeEntry[];
  /** Where names of programs and libraries lead, by name; as they are when they lead nowhere else. */
  readonly real: Readonly<Record<string, string>>;
}

/** Asks what the declared units and everything below the prefix run: files on disk beside the running ones. */
export function binariesProgramsOf(units: readonly string[], prefix: string): Question<ValidatorPrograms> {
  return {
    id: 'binaries.programs',
    family: 'binaries',
    title: 'programs of the declared units: files, processes, libraries, search paths',
    script: () => `${partFunctions}${treeFunctions}
prefix=$(realpath -m -- ${shellQuote(prefix)})
ours() { tr '\\0' '\\n' | tr ' ' '\\n' | tr -d '"' | grep -aE '^(PATH|LD_[A-Z_]+)=' | head -n 20; }
unit() {
  systemctl show -p Id,LoadState,ActiveState,User,FragmentPath -- "$1"
  systemctl show -p ExecStart,ExecStartPre,ExecStartPost,ExecReload,ExecStop,ExecCondition -- "$1" |
    sed -n 's/^[A-Za-z]*={ path=\\(.*\\) ; argv\\[\\]=.*/program=\\1/p'
  systemctl show -p Environment --value -- "$1" | ours | sed 's/^/variable=/'
}
pids() {
  group=$(systemctl show -p ControlGroup --value -- "$1")
  [ -n "$group" ] || return 0
  for file in "/sys/fs/cgroup$group/cgroup.procs" "/sys/fs/cgroup/systemd$group/cgroup.procs"; do
    if [ -r "$file" ]; then sed "s|\\$| $1|" "$file"; return; fi
  done
}
process() {
  # shellcheck disable=SC2046 # two words
  set -- "$1" "$2" $(stat -L -c '%d:%i' -- "/proc/$1/exe" 2>/dev/null)
  exe=$(readlink "/proc/$1/exe") || return 0
  plain=\${exe% (deleted)}
  echo "unit=$2"
  echo "exe=$exe"
  echo "inode=\${3:-}"
  echo "disk=$(stat -L -c '%d:%i' -- "/proc/$1/root$plain" 2>/dev/null)"
  ours <"/proc/$1/environ" 2>/dev/null | sed 's/^/variable=/'
  awk '$2 ~ /x/ && $6 ~ /^\\// { sub(/^[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +[^ ]+ +/, ""); print "library=" $0 }' "/proc/$1/maps" 2>/dev/null | sort -u | head -n 300
}
look() {
  listed=
  if [ -d /run/systemd/system ]; then
    echo '=systemd 0'
    for name in ${units.map(shellQuote).join(' ')}; do
      part "unit $name" unit "$name"
      listed="$listed
$(pids "$name")"
    done
  fi
  below=$(/usr/bin/find /proc -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$prefix/*" -printf '%P\\n' 2>/dev/null | sed 's|/exe$| -|')
  printf '%s\\n%s\\n' "$listed" "$below" | grep '^[0-9]' | sort -u -k1,1n | head -n 200 | while read -r pid name; do
    part "process $pid" process "$pid" "$name"
  done
}
said=$(look)
printf '%s\\n' "$said"
names=$(printf '%s\\n' "$said" | sed -n 's/^|program=//p; s/^|exe=//p; s/^|library=//p; s/^|variable=PATH=//p' |
  sed 's/ (deleted)$//' | tr ':' '\\n' | grep '^/' | sort -u | head -n 800)
if [ -n "$names" ]; then
  real=$(printf '%s\\n' "$names" | tr '\\n' '\\0' | xargs -0 realpath -m --)
  part names printf '%s' "$names"
  part real printf '%s' "$real"
  above() { printf '%s\\n' "$real" | awk '{ print; while (sub(/\\/[^\\/]*$/, "") && $0 != "") print; print "/" }' | sort -u; }
  # names that are gone are no fault of find
  # shellcheck disable=SC2016 # for the shell that xargs starts
  files() { above | tr '\\n' '\\0' | xargs -0 -r sh -c '/usr/bin/find "$@" -maxdepth 0 -printf "$0"' '%m %U %u %g %y %n %D %s %T@ %p\\t%l\\n' 2>/dev/null; }
  part files files
fi
echo '=end 0'`,
    privileged: true,
    timeout: 15,
    parse: (answer) => {
      refuseMissingTool(answer);
      const parts = readWholeParts(answer.stdout);
      const lines = (name: string): readonly string[] => (parts.get(name)?.text ?? '').split('\n').filter(Boolean);
      const real = lines('real');
      return {
        units: parts.has('systemd')
          ? [...parts].flatMap(([name, { text }]) => (name.startsWith('unit ') ? [readUnit(text)] : []))
          : null,
        processes: [...parts].flatMap(([name, { text }]) =>
          name.startsWith('process ') && text !== '' ? [readProcess(Number(name.slice('process '.length)), text)] : [],
        ),
        files: readTree(lines('files').join('\n')),
        real: Object.fromEntries(lines('names').map((name, index) => [name, real[index] ?? name])),
      };
    },
  };
}

/** Of no unit, below the prefix valops uses unless told otherwise. */
export const binariesPrograms = binariesProgramsOf([], '/opt/valops');

/** Values of `NAME=VALUE` lines, by name, in their order. */
function valuesOf(text: string): (name: string) => readonly string[] {
  const all = text.split('\n').map((line): readonly [string, string] => {
    const equals = line.indexOf('=');
    return [line.slice(0, equals), line.slice(equals + 1)];
  });
  return (name) => [...new Set(all.flatMap(([key, value]) => (key === name ? [value] : [])))];
}

function readUnit(text: string): UnitPrograms {
  const values = valuesOf(text);
  return {
    name: values('Id')[0] ?? '',
    load: values('LoadState')[0] ?? '',
    active: values('ActiveState')[0] ?? '',
    user: values('User')[0] || 'root',
    file: values('FragmentPath')[0] || null,
    programs: values('program'),
    variables: values('variable'),
  };
}

function readProcess(pid: number, text: string): ProgramProcess {
  const values = valuesOf(text);
  const [unit = '-'] = values('unit');
  const [exe = ''] = values('exe');
  const [disk = ''] = values('disk');
  const plain = exe.replace(/ \(deleted\)$/, '');
  return {
    pid,
    unit: unit === '-' ? null : unit,
    exe: plain,
    deleted: plain !== exe,
    same: disk === '' ? null : disk === values('inode')[0],
    variables: values('variable'),
    libraries: values('library').filter((one) => one !== exe),
  };
}
