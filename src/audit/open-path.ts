import type { TreeEntry } from '../facts/tree.ts';

/**
 * Of a path without links and the directories above it, the first that somebody else than root can
 * write to or replace; null when there is none among those that are known. A directory with the sticky
 * bit on the way keeps what is in it.
 */
export function firstOpen(path: string, files: readonly TreeEntry[]): TreeEntry | null {
  const above = path.split('/').map((_, index, steps) => steps.slice(0, index + 1).join('/') || '/');
  const open = files.find(({ path: one, uid, mode }) => {
    if (!above.includes(one)) return false;
    const bits = parseInt(mode, 8);
    const keeps = one !== path && (bits & 0o1000) !== 0;
    return uid !== 0 || ((bits & 0o022) !== 0 && !keeps);
  });
  return open ?? null;
}
