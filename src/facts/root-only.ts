import { partOf, type Parts } from './parts.ts';

/** A file or directory that somebody else than root may change or replace. */
export interface WeakComponent {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
}

/** A path, and the parts of it (links followed) that are not root's alone. */
export interface GuardedPath {
  readonly path: string;
  readonly exists: boolean;
  readonly weak: readonly WeakComponent[];
}

/**
 * Shell function that reads absolute paths, one a line, and prints the parts `components` and
 * `stat` for `readGuardedPaths`: the file, what it really is, and every directory above both.
 */
export const guardedPathsFunction = `components() {
  sort -u | while IFS= read -r path; do
    case $path in /*) ;; *) continue ;; esac
    if [ -e "$path" ]; then is=there; else is=missing; fi
    real=$(readlink -f -- "$path") || real=$path
    for end in "$path" "$real"; do
      while [ -n "$end" ]; do
        printf '%s\\t%s\\t%s\\n' "$path" "$is" "$end"
        end=\${end%/*}
      done
    done
  done | sort -u
}
guarded_paths() {
  guarded=$(components)
  part components printf '%s\\n' "$guarded"
  part stat stat_all
}
stat_all() { printf '%s\\n' "$guarded" | cut -f3 | sort -u | tr '\\n' '\\000' | xargs -0 -r stat -L -c '%a %U %G %n' -- 2>/dev/null; :; }
`;

/** Whether nobody but root may write to it, by mode, owner and group. */
export function isRootOnly({ mode, owner, group }: Omit<WeakComponent, 'path'>): boolean {
  const bits = Number.parseInt(mode, 8);
  return owner === 'root' && (bits & 0o002) === 0 && ((bits & 0o020) === 0 || group === 'root');
}

/** Reads the parts `components` and `stat`, by path. Throws an Error when a part is missing. */
export function readGuardedPaths(parts: Parts): readonly GuardedPath[] {
  const weak = new Map(
    partOf(parts, 'stat')
      .text.split('\n')
      .flatMap((line) => {
        const [, mode = '', owner = '', group = '', path = ''] = /^(\d+) (\S+) (\S+) (.*)$/.exec(line) ?? [];
        const component = { path, mode: mode.padStart(4, '0'), owner, group };
        return path === '' || isRootOnly(component) ? [] : [[path, component] as const];
      }),
  );
  const found = new Map<string, GuardedPath>();
  for (const line of partOf(parts, 'components').text.split('\n').filter(Boolean)) {
    const [path = '', is, component = ''] = line.split('\t');
    const before = found.get(path) ?? { path, exists: is === 'there', weak: [] };
    const bad = weak.get(component);
    found.set(path, bad === undefined ? before : { ...before, weak: [...before.weak, bad] });
  }
  return [...found.values()];
}
