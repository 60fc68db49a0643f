import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareState } from '../../src/backup/double-sign.ts';
import { readTower } from '../../src/backup/tower.ts';
import { savedTower, towerData, towerUpTo, type TowerOptions, type VoteForm } from '../support/tower.ts';

const seed = new Uint8Array(32).fill(7);
const node = ed25519.getPublicKey(seed);
const [otherSeed, other] = [new Uint8Array(32).fill(8), ed25519.getPublicKey(new Uint8Array(32).fill(8))];
const forms: readonly VoteForm[] = ['vote', 'vote-state-update', 'tower-sync'];
const towerOf = (slots: readonly bigint[], options: TowerOptions = {}): Buffer =>
  savedTower(seed, towerData(node, slots, options));

describe('a saved tower of Agave', () => {
  test('the saved form has the header that is seen in the field: its data begin at byte 0x4c', () => {
    const bytes = towerOf([1n]);
    expect(Buffer.from(node).equals(bytes.subarray(0x4c, 0x4c + 32))).toBe(true);
  });

  test.each(forms)('tells its last vote and its root, where the last vote is a %s', (form) => {
    const slots = fc.uniqueArray(fc.bigInt(1n, 2n ** 50n), { minLength: 1, maxLength: 31 });
    fc.assert(
      fc.property(slots, fc.option(fc.constant(0n)), fc.nat(3), (found, root, history) => {
        const rising = found.toSorted((a, b) => (a < b ? -1 : 1));
        expect(readTower(towerOf(rising, { root, form, history }), node)).toEqual({ lastVote: rising.at(-1), root });
      }),
      { numRuns: 25 },
    );
  });

  test.each<[string, Buffer]>([
    ['of another node', savedTower(otherSeed, towerData(other, [5n]))],
    ['of this node, signed by another', savedTower(otherSeed, towerData(node, [5n]))],
    ['of another node, signed by this one', towerOf([5n], { node: other })],
    ['without a vote', towerOf([])],
    ['whose votes do not rise', towerOf([5n, 4n])],
    ['whose votes stand still', towerOf([5n, 5n])],
    ['whose root is not before its votes', towerOf([5n], { root: 5n, form: 'vote' })],
    ['whose last vote is another than the newest of its votes', towerOf([5n, 6n], { voted: [5n] })],
    ['whose last vote names no slot', towerOf([5n], { voted: [] })],
    [
      'of more votes than there are',
      towerOf(
        Array.from({ length: 32 }, (_, at) => BigInt(at)),
        { form: 'vote' },
      ),
    ],
    ['of the version before, 1.7', Buffer.concat([Buffer.alloc(4), towerOf([5n]).subarray(4)])],
    ['under its old name, without a version', towerOf([5n]).subarray(4)],
    ['with a byte behind it', Buffer.concat([towerOf([5n]), Buffer.alloc(1)])],
    [
      'with a byte behind it that is signed too',
      savedTower(seed, Buffer.concat([towerData(node, [5n]), Buffer.alloc(1)])),
    ],
    ['that is empty', Buffer.alloc(0)],
  ])('%s is not understood', (_, bytes) => {
    expect(readTower(bytes, node)).toBeNull();
  });

  test('cut off anywhere, or altered in any byte, it is not understood', () => {
    const whole = towerOf([5n, 9n]);
    for (let at = 0; at < whole.length; at += 7) {
      expect(readTower(whole.subarray(0, at), node)).toBeNull();
      const altered = Buffer.from(whole);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect([at, readTower(altered, node)]).toEqual([at, null]);
    }
  });

  test('garbage is not understood, even where the node signed it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4096 }), (bytes) => {
        expect(readTower(bytes, node)).toBeNull();
        expect(readTower(savedTower(seed, bytes), node)).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test('data that are signed and altered, lengthened or cut are a consistent tower or none', () => {
    const data = towerData(node, [100n, 200n, 300n], { root: 50n, history: 2 });
    fc.assert(
      fc.property(fc.nat(data.length - 1), fc.nat(255), fc.boolean(), (at, value, isCut) => {
        const altered = isCut ? data.subarray(0, at) : Buffer.from(data);
        if (!isCut) altered[at] = value;
        const tower = readTower(savedTower(seed, altered), node);
        if (tower !== null) expect([isCut, tower.lastVote > (tower.root ?? -1n)]).toEqual([false, true]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('which of two towers is further', () => {
  const compare = (backup: Buffer, place: Buffer, key: Uint8Array | undefined = node): string =>
    compareState(backup, place, key).backup;

  test('the slot of the last vote decides, and it is told', () => {
    expect(compareState(towerUpTo(seed, 1000n), towerUpTo(seed, 1001n), node)).toEqual({
      backup: 'older',
      backupMark: 'last vote at slot 1000, root 969',
      placeMark: 'last vote at slot 1001, root 970',
    });
    expect(compare(towerUpTo(seed, 1001n), towerUpTo(seed, 1000n))).toBe('newer');
    expect(compare(towerUpTo(seed, 1000n), towerUpTo(seed, 1000n))).toBe('same');
  });

  test.each<[string, Buffer, Buffer, Uint8Array | undefined]>([
    ['the same last vote in other bytes', towerUpTo(seed, 1000n), towerUpTo(seed, 1000n, { form: 'vote' }), node],
    ['a later vote on an earlier root', towerUpTo(seed, 1001n, { root: 3n }), towerUpTo(seed, 1000n), node],
    ['a later vote on no root', towerUpTo(seed, 1001n, { root: null }), towerUpTo(seed, 1000n), node],
    ['one that is not understood', towerUpTo(seed, 1001n), Buffer.alloc(300, 7), node],
    ['one that another node signed', towerUpTo(seed, 1001n), towerUpTo(otherSeed, 1000n), node],
    ['a mark of another form', towerUpTo(seed, 1001n), Buffer.from('{"height":"1","round":0,"step":1}'), node],
    ['no key to verify them with', towerUpTo(seed, 1001n), towerUpTo(seed, 1000n), undefined],
    ['a key of another length', towerUpTo(seed, 1001n), towerUpTo(seed, 1000n), new Uint8Array(33)],
  ])('not told: %s', (_, backup, place, key) => {
    expect(compareState(backup, place, key).backup).toBe('unknown');
  });
});
