import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareState } from '../../src/backup/double-sign.ts';
import { utf8 } from '../support/kinds.ts';

/** As CometBFT v0.38 writes it: the height is a string, round and step are numbers. */
function comet(height: bigint | number, round: number, step: number, signature = ''): Uint8Array {
  return utf8(JSON.stringify({ height: String(height), round, step, ...(signature === '' ? {} : { signature }) }));
}

describe('which of two double-sign states is further', () => {
  test.each([
    ['height', comet(9, 9, 9), comet(10, 0, 1), 'older'],
    ['a height of more digits', comet(1000, 0, 1), comet(999, 5, 3), 'newer'],
    ['round', comet(10, 0, 3), comet(10, 1, 1), 'older'],
    ['step', comet(10, 1, 3), comet(10, 1, 2), 'newer'],
    ['a height beyond 2^53', comet(9007199254740993n, 0, 1), comet(9007199254740992n, 0, 1), 'newer'],
    ['tmkms, whose round is a string', utf8('{"height":"5","round":"2","step":6}'), comet(5, 1, 3), 'newer'],
    ['another vote at the same place', comet(10, 0, 3, 'a'), comet(10, 0, 3, 'b'), 'unknown'],
    ['what is neither', Buffer.alloc(300, 1), Buffer.alloc(300, 2), 'unknown'],
    ['a torn file', comet(10, 0, 3), utf8('{"height":"1'), 'unknown'],
    ['a negative height', comet(10, 0, 3), utf8('{"height":"-1","round":0,"step":0}'), 'unknown'],
    ['a height of hex', comet(10, 0, 3), utf8('{"height":"0x1","round":0,"step":0}'), 'unknown'],
    ['an inherited member', comet(10, 0, 3), utf8('{"__proto__":{"height":"1","round":0,"step":0}}'), 'unknown'],
  ])('%s', (_, backup, place, order) => {
    expect(compareState(backup, place).backup).toBe(order);
  });

  test('equal bytes are the same, whatever they are', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => compareState(bytes, bytes.slice()).backup === 'same'));
  });

  test('the order is that of the numbers, and the reverse the other way round', () => {
    const mark = fc.tuple(fc.bigInt(0n, 2n ** 63n - 1n), fc.nat(3), fc.nat(3));
    const opposite = { older: 'newer', newer: 'older', same: 'same', unknown: 'unknown' } as const;
    fc.assert(
      fc.property(mark, mark, (a, b) => {
        const [x, y] = [comet(...a), comet(...b)];
        const found = compareState(x, y).backup;
        expect(compareState(y, x).backup).toBe(opposite[found]);
        const differing = [0, 1, 2].find((at) => a[at] !== b[at]);
        const wanted = differing === undefined ? 'same' : (a[differing] ?? 0) < (b[differing] ?? 0) ? 'older' : 'newer';
        expect(found).toBe(wanted);
      }),
    );
  });

  test('marks are told where they are understood', () => {
    expect(compareState(comet(9, 0, 1), comet(10, 2, 3))).toEqual({
      backup: 'older',
      backupMark: 'height 9, round 0, step 1',
      placeMark: 'height 10, round 2, step 3',
    });
    expect(compareState(Buffer.alloc(10), comet(1, 0, 1))).toEqual({
      backup: 'unknown',
      placeMark: 'height 1, round 0, step 1',
    });
  });
});
