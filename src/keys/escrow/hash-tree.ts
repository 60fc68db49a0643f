import { createHash } from 'node:crypto';

/** Bytes of a node: SHA-256 cut to 128 bits, because a person may have to type a path of them. */
export const nodeLength = 16;

/**
 * The Merkle tree of RFC 9162, section 2.1.1 (leaves after 0x00, nodes after 0x01, the left
 * subtree the largest power of two), with nodes cut to `nodeLength`. Its root commits to every leaf.
 */
export function treeRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) throw new RangeError('a tree without leaves');
  if (leaves.length === 1) return cut(0, only);
  const middle = split(leaves.length);
  return cut(1, treeRoot(leaves.slice(0, middle)), treeRoot(leaves.slice(middle)));
}

/** The inclusion path of leaf `at` (from 0), the node nearest to the leaf first (RFC 9162, 2.1.3.1). */
export function treePath(leaves: readonly Uint8Array[], at: number): readonly Uint8Array[] {
  if (leaves.length === 1) return [];
  const middle = split(leaves.length);
  const left = leaves.slice(0, middle);
  const right = leaves.slice(middle);
  return at < middle ? [...treePath(left, at), treeRoot(right)] : [...treePath(right, at - middle), treeRoot(left)];
}

/** How many nodes the path of leaf `at` of `total` has. */
export function pathLength(at: number, total: number): number {
  if (total === 1) return 0;
  const middle = split(total);
  return 1 + (at < middle ? pathLength(at, middle) : pathLength(at - middle, total - middle));
}

/** The root that a leaf and its path lead to. `path` has `pathLength(at, total)` nodes. */
export function rootOf(leaf: Uint8Array, at: number, total: number, path: readonly Uint8Array[]): Uint8Array {
  if (total === 1) return cut(0, leaf);
  const middle = split(total);
  const sibling = path.at(-1);
  if (sibling === undefined) throw new RangeError('the path is too short');
  const rest = path.slice(0, -1);
  return at < middle
    ? cut(1, rootOf(leaf, at, middle, rest), sibling)
    : cut(1, sibling, rootOf(leaf, at - middle, total - middle, rest));
}

function split(total: number): number {
  return 2 ** Math.floor(Math.log2(total - 1));
}

function cut(kind: 0 | 1, ...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256').update(Uint8Array.of(kind));
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest().subarray(0, nodeLength));
}
