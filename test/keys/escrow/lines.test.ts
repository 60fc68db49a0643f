import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readShareText } from '../../../src/keys/escrow/share-text.ts';
import { decodeShare, encodeShare } from '../../../src/keys/escrow/share.ts';
import { linesOf, makeShares, refusal } from '../../support/escrow.ts';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const message = async (lines: readonly string[]): Promise<string> =>
  (await refusal(() => readShareText(lines.join('\n'), 'typed'))).message;

function replaced(lines: readonly string[], row: number, work: (line: string) => string): readonly string[] {
  return lines.map((line, at) => (at === row ? work(line) : line));
}

describe('a share on paper', () => {
  test('is read back, in any case, with other spaces and with the letters that look like digits', async () => {
    for (const total of [2, 3, 5, 8, 16]) {
      for (const share of await makeShares(2, total)) {
        const lines = linesOf(share);
        const forms = [
          lines.join('\n'),
          `${lines.join('\r\n')}\r\n`.toLowerCase(),
          lines.map((line) => line.replace(/^ ?(\d+) /, '$1:  ')).join('\n\n'),
          lines.map((line) => line.slice(0, 3) + line.slice(3).replaceAll('0', 'o').replaceAll('1', 'l')).join('\n'),
          lines.join('\n# a comment\n'),
        ];
        for (const form of forms) {
          const [back] = readShareText(form, 'typed');
          if (back === undefined) throw new Error('no share');
          expect([back.set, back.index, back.total, back.threshold]).toEqual([share.set, share.index, total, 2]);
          const same = encodeShare(back).use((bytes) =>
            encodeShare(share).use((wanted) => Buffer.from(bytes).equals(wanted)),
          );
          expect(same).toBe(true);
        }
      }
    }
  });

  test('any one altered symbol anywhere is caught and located, and nothing of the share is told', async () => {
    const [share] = await makeShares(3, 5);
    if (share === undefined) throw new Error('no share');
    const lines = linesOf(share);
    let places = 0;
    for (const [row, line] of lines.entries()) {
      const symbols = line.slice(3).replaceAll(' ', '').length;
      const last = symbols - 3;
      let symbol = -1;
      for (let at = 3; at < line.length; at++) {
        if (line[at] === ' ') continue;
        symbol++;
        const place =
          symbol >= last
            ? `symbol ${symbol - last + 1} of the last group`
            : `symbol ${(symbol % 5) + 1} of group ${Math.floor(symbol / 5) + 1}`;
        for (const other of alphabet) {
          if (other === line[at]) continue;
          const said = await message(replaced(lines, row, (text) => text.slice(0, at) + other + text.slice(at + 1)));
          expect(said).toBe(`"typed": line ${row + 1}: ${place} is wrong`);
        }
        places++;
      }
    }
    expect(places).toBe(lines.join('').replaceAll(' ', '').length - lines.length);
  });

  test('a left out, doubled, foreign or exchanged symbol names its line', async () => {
    const [share] = await makeShares(3, 5);
    if (share === undefined) throw new Error('no share');
    const lines = linesOf(share);
    expect(await message(replaced(lines, 1, (line) => line.slice(0, 10) + line.slice(11)))).toBe(
      '"typed": line 2: it has 27 symbols, expected 28; group 2 has 4 instead of 5',
    );
    expect(await message(replaced(lines, 6, (line) => `${line}0`))).toContain('line 7: it has 29 symbols, expected 28');
    expect(await message(replaced(lines, 2, (line) => `${line.slice(0, 9)}U${line.slice(10)}`))).toBe(
      '"typed": line 3: symbol 1 of group 2 is not one of the letters and digits in use',
    );
    const exchanged = replaced(lines, 4, (line) => {
      const at = [...line].findIndex(
        (symbol, n) => n > 3 && symbol !== ' ' && line[n + 1] !== ' ' && symbol !== line[n + 1],
      );
      return line.slice(0, at) + (line[at + 1] ?? '') + (line[at] ?? '') + line.slice(at + 2);
    });
    expect(await message(exchanged)).toBe('"typed": line 5: more than one symbol is wrong');
  });

  test('missing, doubled and misplaced lines are named, all at once', async () => {
    const [share, other] = await makeShares(3, 5);
    if (share === undefined || other === undefined) throw new Error('no shares');
    const lines = linesOf(share);
    expect(await message(lines.slice(0, -1))).toBe(`"typed": line ${lines.length} of ${lines.length} is missing`);
    expect(await message(lines.filter((_, row) => row !== 2 && row !== 4))).toBe(
      `"typed": line 3 of ${lines.length} is missing; line 5 of ${lines.length} is missing`,
    );
    expect(await message(replaced(lines, 3, () => ` 4 ${lines[4]?.slice(3) ?? ''}`))).toBe(
      '"typed": line 4: it is another line of the share, or of another share',
    );
    expect(await message([...lines, lines[7] ?? ''])).toContain('line 8 is there twice');
    expect(await message([...lines, '12 ABCDE ABCDE ABCDE ABCDE ABCDE ABC'])).toContain('there is a line 12');
    expect(await message(replaced(lines, 2, () => linesOf(other)[2] ?? ''))).toContain('lines of two shares are mixed');
    expect(await message([])).toBe('"typed" holds no share');
    expect(await message(['hello world'])).toContain('line 1 does not begin with the number');
  });

  test('several shares in one text are all read', async () => {
    const shares = await makeShares(2, 3);
    const text = shares.flatMap(linesOf).join('\n');
    expect(readShareText(text, 'typed').map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(await message([...linesOf(shares[0] ?? raise()), ...linesOf(shares[1] ?? raise()).slice(0, -1)])).toContain(
      '"typed", share 2: line',
    );
  });

  test('whatever is typed, the answer is a share or an error that is meant', async () => {
    const [share] = await makeShares(2, 2);
    if (share === undefined) throw new Error('no share');
    const lines = linesOf(share);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom(...lines),
            fc.nat(99).map((n) => `${n} 0`),
          ),
        ),
        async (some) => {
          const { code } = await refusal(() => readShareText(some.join('\n'), 'typed'));
          expect(['none', 'ESCROW_SHARE_INVALID']).toContain(code);
        },
      ),
    );
  });
});

describe('the bytes of a share', () => {
  test('no bit can be flipped unseen', async () => {
    for (const share of [...(await makeShares(2, 2)), ...(await makeShares(3, 5)).slice(0, 2)]) {
      const bytes = encodeShare(share).use((whole) => whole.slice());
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = bytes.with(bit >> 3, (bytes[bit >> 3] ?? 0) ^ (128 >> (bit & 7)));
        expect([bit, (await refusal(() => decodeShare(flipped))).code]).toEqual([bit, 'ESCROW_SHARE_INVALID']);
      }
      for (const length of [0, 1, 14, 15, bytes.length - 1]) {
        expect((await refusal(() => decodeShare(bytes.slice(0, length)))).code).toBe('ESCROW_SHARE_INVALID');
      }
    }
  });
});

function raise(): never {
  throw new Error('no share');
}
