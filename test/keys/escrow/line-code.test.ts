import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkSymbols, judgeLine } from '../../../src/keys/escrow/line-code.ts';

const symbol = fc.integer({ min: 0, max: 31 });
const line = fc.record({
  number: fc.integer({ min: 1, max: 12 }),
  data: fc.array(symbol, { minLength: 1, maxLength: 27 }),
});

function whole({ number, data }: { readonly number: number; readonly data: readonly number[] }): number[] {
  return [...data, ...checkSymbols(number, data)];
}

function changed(symbols: readonly number[], at: number, by: number): readonly number[] {
  return symbols.map((value, place) => (place === at ? value ^ by : value));
}

describe('the code of a line', () => {
  test('a line as it was made is whole', () => {
    fc.assert(fc.property(line, (given) => judgeLine(given.number, whole(given)) === 'whole'));
  });

  test('every other symbol at every place is found where it is', () => {
    fc.assert(
      fc.property(line, (given) => {
        const symbols = whole(given);
        for (const at of symbols.keys()) {
          for (let by = 1; by < 32; by++) {
            expect(judgeLine(given.number, changed(symbols, at, by))).toEqual({ at });
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('two wrong symbols are never taken for one at another place, nor for none', () => {
    fc.assert(
      fc.property(line, (given) => {
        const symbols = whole(given);
        for (const first of symbols.keys()) {
          for (let second = first + 1; second < symbols.length; second++) {
            const by = 1 + ((first * 7 + second * 3) % 31);
            const verdict = judgeLine(given.number, changed(changed(symbols, first, by), second, 32 - by));
            expect(verdict).toBe('several');
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('three wrong symbols are never whole', () => {
    fc.assert(
      fc.property(
        line,
        fc.uniqueArray(fc.nat(29), { minLength: 3, maxLength: 3 }),
        fc.array(fc.integer({ min: 1, max: 31 }), { minLength: 3, maxLength: 3 }),
        (given, places, by) => {
          const symbols = whole(given);
          fc.pre(places.every((at) => at < symbols.length));
          const wrong = places.reduce((rest: readonly number[], at, n) => changed(rest, at, by[n] ?? 1), symbols);
          expect(judgeLine(given.number, wrong)).not.toBe('whole');
        },
      ),
    );
  });

  test('neighbours exchanged are seen', () => {
    fc.assert(
      fc.property(line, fc.nat(28), (given, at) => {
        const symbols = whole(given);
        const [one, other] = [symbols[at], symbols[at + 1]];
        fc.pre(one !== undefined && other !== undefined && one !== other);
        const exchanged = symbols.with(at, other ?? 0).with(at + 1, one ?? 0);
        expect(judgeLine(given.number, exchanged)).toBe('several');
      }),
    );
  });

  test('a whole line at the place of another is a wrong number', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 1, max: 12 }), (given, number) => {
        expect(judgeLine(number, whole(given))).toBe(number === given.number ? 'whole' : 'number');
      }),
    );
  });
});
