/**
 * A Reed-Solomon code over GF(32) with three check symbols: of one line of up to 31 symbols it tells
 * any three wrong ones, and where the wrong one is when it is the only one. Any two wrong symbols,
 * neighbours exchanged included, are never taken for a single one somewhere else.
 *
 * The number of the line takes part as a symbol that is not written, so a whole line in the wrong
 * place is a wrong line.
 */

/** Symbols that `checkSymbols` adds. */
export const checkLength = 3;
/** Most symbols of data in a line: 31 less the check symbols and the number of the line. */
const longest = 27;

// GF(32) by the primitive polynomial x^5 + x^2 + 1.
const powers: readonly number[] = Array.from({ length: 31 }).reduce<number[]>(
  (list) => [...list, double(list.at(-1) ?? 0)],
  [1],
);
const logarithms: readonly number[] = Array.from({ length: 32 }, (_, value) => powers.indexOf(value));

/** The check symbols (0 to 31 each) of line `number` (from 1) with the given symbols. */
export function checkSymbols(number: number, data: readonly number[]): readonly number[] {
  if (data.length > longest) throw new RangeError(`a line of ${data.length} symbols`);
  // The roots of the generator are 1, 2 and 4: (x + 1)(x + 2)(x + 4) = x^3 + 7x^2 + 14x + 8.
  const remainder = [0, 0, 0];
  for (const symbol of [number % 32, ...data]) {
    const [first = 0, second = 0, third = 0] = remainder;
    const factor = symbol ^ first;
    remainder.splice(0, 3, second ^ times(factor, 7), third ^ times(factor, 14), times(factor, 8));
  }
  return remainder;
}

/** What is wrong with a line: nothing, the symbol `at` (from 0), its number, or more than one symbol. */
export type LineVerdict = 'whole' | { readonly at: number } | 'number' | 'several';

/** Judges the symbols of line `number`, check symbols included. */
export function judgeLine(number: number, symbols: readonly number[]): LineVerdict {
  const word = [number % 32, ...symbols];
  const [sum = 0, first = 0, second = 0] = [0, 1, 2].map((root) =>
    word.reduce((value, symbol) => times(value, powers[root] ?? 0) ^ symbol, 0),
  );
  if (sum === 0 && first === 0 && second === 0) return 'whole';
  if (sum === 0 || first === 0 || second === 0) return 'several';
  // One wrong symbol e at x^k gives e, e·2^k and e·4^k: equal ratios, and the ratio tells k.
  const step = quotientLog(first, sum);
  if (step !== quotientLog(second, first) || step >= word.length) return 'several';
  const at = word.length - 1 - step;
  return at === 0 ? 'number' : { at: at - 1 };
}

function double(value: number): number {
  return (value << 1) ^ (value & 16 ? 0b100101 : 0);
}

function times(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  return powers[((logarithms[a] ?? 0) + (logarithms[b] ?? 0)) % 31] ?? 0;
}

function quotientLog(a: number, b: number): number {
  return ((logarithms[a] ?? 0) - (logarithms[b] ?? 0) + 31) % 31;
}
