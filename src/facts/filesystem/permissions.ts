import type { Question } from '../../core/fact.ts';
import { mountsAsArguments, withoutContainers } from '../local-mounts.ts';

export interface OddFile {
  readonly path: string;
  readonly type: 'file' | 'directory' | 'device' | 'other';
  readonly mode: string;
  /** Numbers where they have no name. */
  readonly owner: string;
  readonly group: string;
  readonly why: 'writable-by-all' | 'no-owner' | 'device';
}

export interface OddFiles {
  /** By path; at most 500. */
  readonly files: readonly OddFile[];
  /** Users with more files that all may write than the 100 told of each; left out where there are none. */
  readonly crowded?: readonly string[];
  /** There are more than those. */
  readonly more: boolean;
}

const limit = 500;

/** Files of one user that all may write, at most. */
const limitOfUser = 100;
const types: Readonly<Record<string, OddFile['type']>> = { f: 'file', d: 'directory', b: 'device', c: 'device' };

/**
 * What stands out on the file systems of this machine: files everybody may write, directories in which
 * everybody may replace what others made (no sticky bit), files of nobody, device nodes outside of /dev.
 */
export const filesystemPermissions: Question<OddFiles> = {
  id: 'filesystem.permissions',
  family: 'filesystem',
  title: 'files writable by all, of nobody, and devices outside of /dev',
  script: () => `${mountsAsArguments('')}
# find looks in the list of accounts for each file anew: it need not for those that are known
known() { getent "$1" | cut -d: -f3 | grep -xE '[0-9]{1,10}' | sort -un | head -n 200 | sed "s/^/! -$2 /"; }
users=$(known passwd uid)
groups=$(known group gid)
# shellcheck disable=SC2086 # words of find
/usr/bin/find "$@" -xdev \\( -path /dev -o -path /proc -o -path /sys \\) -prune -o ${withoutContainers} \\( \\
  -type f -perm -0002 -printf 'writable-by-all\\t%y\\t%m\\t%u\\t%g\\t%p\\0' -o \\
  -type d -perm -0002 ! -perm -1000 -printf 'writable-by-all\\t%y\\t%m\\t%u\\t%g\\t%p\\0' -o \\
  \\( -type b -o -type c ! -perm 0000 \\) -printf 'device\\t%y\\t%m\\t%u\\t%g\\t%p\\0' -o \\
  \\( $users -nouser -o $groups -nogroup \\) -printf 'no-owner\\t%y\\t%m\\t%u\\t%g\\t%p\\0' \\) 2>/dev/null |
  tr '\\n\\000' '\\001\\n' |
  # of each user but root so many: nobody can push what others have out of the list
  awk -F '\\t' '$4 == "root" || $1 != "writable-by-all" || n[$4]++ < ${limitOfUser} { print; next } !told[$4]++ { print "crowded\\t\\t\\t" $4 }' | head -n ${limit + 1}
echo end`,
  privileged: true,
  timeout: 60,
  parse: ({ exitCode, stdout, stderr }) => {
    if (exitCode !== 0) throw new Error(stderr.trim() || `the walk ended with ${exitCode}`);
    const lines = stdout.split('\n').filter(Boolean);
    if (lines.pop() !== 'end') throw new Error('the list of files is not whole');
    const crowded = lines.flatMap((line) => (line.startsWith('crowded\t') ? [line.split('\t')[3] ?? ''] : []));
    const told = lines.slice(0, limit).filter((line) => !line.startsWith('crowded\t'));
    const files = told.map((line): OddFile => {
      const [why, type = '', mode = '', owner = '', group = '', ...path] = line.split('\t');
      if (why !== 'writable-by-all' && why !== 'no-owner' && why !== 'device')
        throw new Error(`find printed what cannot be read: ${JSON.stringify(line.slice(0, 200))}`);
      const name = path.join('\t').replaceAll('\u0001', '\n');
      return { path: name, type: types[type] ?? 'other', mode: mode.padStart(4, '0'), owner, group, why };
    });
    return {
      files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      ...(crowded.length === 0 ? {} : { crowded }),
      more: lines.length > limit,
    };
  },
};
