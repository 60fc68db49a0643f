import type { Question } from '../../core/fact.ts';
import { shellQuote } from '../../lib/shell-quote.ts';

export interface LocalProgram {
  readonly path: string;
  readonly type: 'file' | 'link' | 'other';
  /** Four octal digits; of a link its own. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** Of a link, as written. */
  readonly target: string | null;
  /** Lowercase hex; null for what is no regular file. */
  readonly sha256: string | null;
}

/** Bytes that are hashed at most. */
const limit = 2 ** 31;

/**
 * Asks for programs that no package brought: those of /usr/local, which come before all others in the
 * usual PATH, and those that the units run.
 */
export function binariesLocalOf(units: readonly string[]): Question<readonly LocalProgram[]> {
  return {
    id: 'binaries.local',
    family: 'binaries',
    title: 'programs of /usr/local and of the declared units, with their digests',
    script: () => `[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
set -- /usr/local/bin /usr/local/sbin
if [ -d /run/systemd/system ]; then
  while IFS= read -r program; do
    case $program in /*) [ ! -f "$program" ] || set -- "$@" "$program" ;; esac
  done <<PROGRAMS
$(for unit in ${units.map(shellQuote).join(' ')}; do
  systemctl show -p ExecStart,ExecStartPre,ExecStartPost,ExecReload,ExecStop -- "$unit"
done | sed -n 's/^[A-Za-z]*={ path=\\(.*\\) ; argv\\[\\]=.*/\\1/p' | sort -u)
PROGRAMS
fi
for place do
  shift
  [ ! -e "$place" ] || set -- "$@" "$place"
done
if [ $# -gt 0 ]; then
  size=$(/usr/bin/find -H "$@" -xdev -maxdepth 3 -type f -printf '%s\\n' | awk '{ sum += $1 } END { printf "%.0f", sum }')
  [ "$size" -le ${limit} ] || { echo 'these programs are larger than 2 GiB' >&2; exit 1; }
  /usr/bin/find -H "$@" -xdev -maxdepth 3 ! -type d ! -name '*
*' -printf 'F\\t%m\\t%u\\t%g\\t%y\\t%p\\t%l\\n'
  /usr/bin/find -H "$@" -xdev -maxdepth 3 -type f ! -name '*
*' -exec sha256sum -z -- {} + | tr '\\0' '\\n'
fi
echo end`,
    privileged: true,
    timeout: 30,
    parse: ({ stdout, stderr }) => {
      const lines = stdout.split('\n').slice(0, -1);
      if (lines.pop() !== 'end') throw new Error(stderr.trim() || 'the answer is not whole');
      const digests = new Map(
        lines.flatMap((line) => {
          const [, sha256 = '', path = ''] = /^([0-9a-f]{64}) [ *](\/.*)$/.exec(line) ?? [];
          return path === '' ? [] : [[path, sha256] as const];
        }),
      );
      const programs = lines.flatMap((line): readonly LocalProgram[] => {
        const [first, mode = '', owner = '', group = '', type = '', path = '', target = ''] = line.split('\t');
        if (first !== 'F') return [];
        return [
          {
            path,
            type: type === 'f' ? 'file' : type === 'l' ? 'link' : 'other',
            mode: mode.padStart(4, '0'),
            owner,
            group,
            target: type === 'l' ? target : null,
            sha256: digests.get(path) ?? null,
          },
        ];
      });
      return [...new Map(programs.map((one) => [one.path, one])).values()].toSorted((a, b) =>
        a.path < b.path ? -1 : 1,
      );
    },
  };
}

/** Of no unit. */
export const binariesLocal = binariesLocalOf([]);
