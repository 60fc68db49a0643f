import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { pathLength, rootOf, treePath, treeRoot } from '../../../src/keys/escrow/hash-tree.ts';

const leaves = (total: number): readonly Uint8Array[] =>
  Array.from({ length: total }, (_, at) => Uint8Array.of(total, at));
const hash = (...parts: readonly Uint8Array[]): Uint8Array =>
  createHash('sha256').update(Buffer.concat(parts)).digest().subarray(0, 16);
const zero = Uint8Array.of(0);
const one = Uint8Array.of(1);

describe('the hash tree of a set', () => {
  test('has the shape of RFC 9162, section 2.1.5 (seven leaves), with nodes of 128 bits', () => {
    const [a, b, c, d, e, f, j] = leaves(7).map((leaf) => hash(zero, leaf));
    const node = (left: Uint8Array | undefined, right: Uint8Array | undefined): Uint8Array =>
      hash(one, left ?? zero, right ?? zero);
    const [g, h, i] = [node(a, b), node(c, d), node(e, f)];
    const [k, l] = [node(g, h), node(i, j)];
    expect(Buffer.from(treeRoot(leaves(7)))).toEqual(Buffer.from(node(k, l)));
    // the example paths of that section: leaf 0, leaf 3, leaf 4, leaf 6
    const paths = { 0: [b, h, l], 3: [c, g, l], 4: [f, j, k], 6: [i, k] };
    for (const [at, path] of Object.entries(paths)) {
      expect(treePath(leaves(7), Number(at)).map((step) => Buffer.from(step))).toEqual(
        path.map((step) => Buffer.from(step ?? zero)),
      );
    }
  });

  test('every leaf of every size leads to the root; an altered leaf, place or path does not', () => {
    for (let total = 1; total <= 16; total++) {
      const root = Buffer.from(treeRoot(leaves(total)));
      for (const [at, leaf] of leaves(total).entries()) {
        const path = treePath(leaves(total), at);
        expect(path).toHaveLength(pathLength(at, total));
        expect(Buffer.from(rootOf(leaf, at, total, path))).toEqual(root);
        expect(Buffer.from(rootOf(Uint8Array.of(total, at ^ 1), at, total, path))).not.toEqual(root);
        for (let other = 0; other < total; other++) {
          if (other === at || pathLength(other, total) !== path.length) continue;
          expect(Buffer.from(rootOf(leaf, other, total, path))).not.toEqual(root);
        }
        for (const step of path.keys()) {
          const altered = path.map((node, n) => (n === step ? node.map((byte) => byte ^ 1) : node));
          expect(Buffer.from(rootOf(leaf, at, total, altered))).not.toEqual(root);
        }
      }
    }
  });
});
