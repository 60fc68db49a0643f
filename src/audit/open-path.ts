import type { TreeEntry } from '../facts/tree.ts';

/**
 * Of a path without links and the directories above it, the first that somebody else than root can
 * write to or replace; null when there is none among those that are known. A directory with the sticky
 * bit on the way keeps what is in it.
 */
export function firstOpen(path: string, files: readonly TreeEntry[]): TreeEntry | null {
  const above = path.split('/').map((_, index, steps) => steps.slice(0, index + 1).join('/') || '/');
  const known = files.filter((one) => above.includes(one.path));
  // what is not there yet is made by whoever may write to the nearest directory that is
  const nearest = known.reduce((longest, one) => (one.path.length > longest.length ? one.path : longest), '');
  const open = known.find(({ path: one, uid, mode }) => {
    const bits = parseInt(mode, 8);
    const keeps = one !== nearest && (bits & 0o1000) !== 0;
    return uid !== 0 || ((bits & 0o022) !== 0 && !keeps);
  });
  return open ?? null;
}
