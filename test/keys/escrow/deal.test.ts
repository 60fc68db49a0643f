import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineQuorum, gatherQuorum, type ReadShare } from '../../../src/keys/escrow/combine.ts';
import { combineParts } from '../../../src/age/shamir.ts';
import { deal, proveDeal } from '../../../src/keys/escrow/deal.ts';
import { treePath, treeRoot } from '../../../src/keys/escrow/hash-tree.ts';
import { isOfItsSet, leafOf, setIdOf, type Share } from '../../../src/keys/escrow/share.ts';
import type { SecretKey } from '../../../src/age/secret-key.ts';
import { Secret } from '../../../src/lib/secret.ts';
import { choices, makeSecretKey, refusal } from '../../support/escrow.ts';

const read = (shares: readonly Share[]): readonly ReadShare[] =>
  shares.map((share) => ({ name: `file ${share.index}`, share, label: undefined }));

async function isRecovered(shares: readonly Share[], key: SecretKey): Promise<boolean> {
  const found = await combineQuorum(gatherQuorum(read(shares)));
  return found.recipient.text === key.recipient.text;
}

const sizes = fc
  .integer({ min: 2, max: 6 })
  .chain((total) => fc.tuple(fc.integer({ min: 2, max: total }), fc.constant(total)));

describe('a set of shares', () => {
  test('every choice of the threshold recovers the key, and no smaller one does', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.boolean(), async ([threshold, total], postQuantum) => {
        const key = await makeSecretKey(postQuantum);
        const shares = await deal(key, threshold, total);
        await proveDeal(shares, key);
        for (let size = 1; size <= total; size++) {
          for (const some of choices(shares, size)) {
            if (size >= threshold) expect(await isRecovered(some, key)).toBe(true);
            else {
              expect((await refusal(() => isRecovered(some, key))).code).toBe('ESCROW_TOO_FEW');
              // not only refused: what the parts give is nothing
              expect(await combineParts(some.map(({ payload }) => payload))).toBeNull();
            }
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  test('the largest set recovers from its ends and from its middle', async () => {
    const key = await makeSecretKey();
    const shares = await deal(key, 9, 16);
    await proveDeal(shares, key);
    for (const some of [shares.slice(0, 9), shares.slice(7), shares.slice(3, 12), shares.toReversed().slice(0, 9)]) {
      expect(await isRecovered(some, key)).toBe(true);
    }
  });

  test('every share hangs on its set, two splits of one key have nothing in common', async () => {
    const key = await makeSecretKey();
    const [first, second] = [await deal(key, 2, 3), await deal(key, 2, 3)];
    expect([...first, ...second].every(isOfItsSet)).toBe(true);
    expect(new Set(first.map(({ set }) => set)).size).toBe(1);
    expect(first[0]?.set).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(first[0]?.set).not.toBe(second[0]?.set);
    const mixed = await refusal(() => gatherQuorum(read([...first.slice(0, 1), ...second.slice(1)])));
    expect(mixed.code).toBe('ESCROW_SHARES_MIXED');
    for (const { set, index } of [...first.slice(0, 1), ...second.slice(1)]) {
      expect(mixed.message).toContain(`"file ${index}" is share ${index} of set ${set}`);
    }
  });

  test('the same share twice counts once', async () => {
    const shares = await deal(await makeSecretKey(), 3, 4);
    const [one, two] = shares;
    if (one === undefined || two === undefined) throw new Error('no shares');
    const { code, message } = await refusal(() => combineQuorum(gatherQuorum(read([one, two, one, two]))));
    expect([code, message]).toEqual([
      'ESCROW_TOO_FEW',
      `2 of the 3 shares which set ${one.set} needs are here: share 1, share 2`,
    ]);
  });

  test('a dealer who makes a set of a wrong share, or of another key, is found out', async () => {
    const key = await makeSecretKey();
    const honest = await deal(key, 2, 4);
    const other = await makeSecretKey();
    const wrong = rebind(honest.map((share, at) => (at === 3 ? { ...share, payload: flipped(share.payload) } : share)));
    expect(wrong.every(isOfItsSet)).toBe(true);
    const codes = await Promise.all([
      refusal(() => proveDeal(wrong, key)),
      refusal(() => isRecovered(wrong.slice(2), key)),
      // three of them: the first two agree, the last does not
      refusal(() => isRecovered(wrong.slice(1), key)),
      refusal(() => proveDeal(honest, other)),
    ]);
    expect(codes.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'ESCROW_UNPROVEN'));
    const foreign = rebind(honest.map((share) => ({ ...share, recipientDigest: new Uint8Array(16) })));
    expect((await refusal(() => isRecovered(foreign, key))).message).toContain('not of the recipient');
  });
});

/** The same payloads as a set of their own, as a dishonest dealer could make it. */
function rebind(shares: readonly Share[]): readonly Share[] {
  const leaves = shares.map(({ payload }, at) => leafOf(at + 1, payload));
  return shares.map((share, at) => ({
    ...share,
    set: setIdOf(share, treeRoot(leaves)),
    path: treePath(leaves, at),
  }));
}

function flipped(payload: Secret): Secret {
  return new Secret(payload.use((bytes) => bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte))));
}
