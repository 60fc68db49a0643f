/**
 * Listings of directories: one line for each name, whatever its name is. Line ends in names come as `?`,
 * so that no name can pass for another line.
 */

/** One name below a place; links are not followed. */
export interface TreeEntry {
  readonly path: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly uid: number;
  /** User and group by name; their numbers where they have no name. */
  readonly owner: string;
  readonly group: string;
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Hard links. */
  readonly links: number;
  /** Number of the file system. */
  readonly device: number;
  /** Bytes. */
  readonly size: number;
  /** Seconds since 1970, UTC. */
  readonly modified: number;
  /** Of a link, where it leads. */
  readonly target: string | null;
}

/** Names listed at most by one `tree`. */
export const treeLimit = 5000;

/**
 * Shell functions: `tree ARG…` lists what `find ARG…` finds, at most 5001 names; `parents PATH` the
 * directories above a path, as they are without links. By its path, for a shell may bring a lesser find.
 */
export const treeFunctions = `[ -x /usr/bin/find ] || { echo 'find is not installed' >&2; exit 127; }
/usr/bin/realpath -m / >/dev/null 2>&1 || { echo 'realpath does not resolve paths here' >&2; exit 127; }
tree() {
  /usr/bin/find "$@" -printf '%m %U %u %g %y %n %D %s %T@ %p\\t%l\\0' | tr '\\n\\0' '?\\n' | head -n ${treeLimit + 1}
}
parents() {
  above=$(/usr/bin/realpath -m -- "$1") || return
  while [ "\${above:-/}" != / ]; do
    above=$(dirname -- "$above")
    tree "$above" -maxdepth 0
  done
}
`;

const types: Readonly<Record<string, TreeEntry['type']>> = { f: 'file', d: 'directory', l: 'link' };

/** Reads what `tree` or `parents` printed. Throws an Error for lines of another shape, and for more names than the limit. */
export function readTree(text: string): readonly TreeEntry[] {
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length > treeLimit) throw new Error(`more than ${treeLimit} names are there: not looked at`);
  return lines.map((line) => {
    const found = /^([0-7]+) (\d+) (\S+) (\S+) (\S) (\d+) (\d+) (\d+) (-?\d+)(?:\.\d+)? ([^\t]*.*)\t([^\t]*)$/.exec(
      line,
    );
    if (found === null) throw new Error('the listing is not understood');
    const [, mode = '', uid, owner = '', group = '', type = '', links, device, size, modified, path = '', target = ''] =
      found;
    return {
      path,
      mode: mode.padStart(4, '0'),
      uid: Number(uid),
      owner,
      group,
      type: types[type] ?? 'other',
      links: Number(links),
      device: Number(device),
      size: Number(size),
      modified: Number(modified),
      target: type === 'l' ? target : null,
    };
  });
}
