import { base32crockford } from '@scure/base';
import { ValopsError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { checkLength, checkSymbols, judgeLine } from './line-code.ts';
import { headLength, shareLength } from './share.ts';

/** Crockford's base32: no I, L, O or U; small letters, and o, i, l for 0, 1, 1, are read as well. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const groupLength = 5;
/** Symbols of data in every line but the last. */
const lineLength = 25;

/**
 * A share as lines for paper: number, groups of five symbols of data, and a group of three check
 * symbols. The first line alone tells how many there are.
 */
export function renderLines(share: Secret): readonly string[] {
  const symbols = share.use((bytes) => symbolsOf(base32crockford.encode(Uint8Array.from(bytes))));
  return Array.from({ length: Math.ceil(symbols.length / lineLength) }, (_, row) => {
    const data = symbols.slice(row * lineLength, (row + 1) * lineLength);
    const groups = textOf(data).match(/.{1,5}/g) ?? [];
    return [String(row + 1).padStart(2), ...groups, textOf(checkSymbols(row + 1, data))].join(' ');
  });
}

/** The shape of a share's lines: how many, and the symbols of data in the last. */
export interface Shape {
  readonly count: number;
  readonly last: number;
}

/** The shape that the first line tells. `data` are its symbols. Throws ESCROW_SHARE_INVALID. */
export function shapeOf(data: readonly number[]): Shape {
  const symbols = Math.ceil((shareLength(bytesOf(data.slice(0, (headLength * 8) / 5))) * 8) / 5);
  const count = Math.ceil(symbols / lineLength);
  return { count, last: symbols - (count - 1) * lineLength };
}

/**
 * The symbols of data of one line, which is given without its number. Throws ESCROW_SHARE_INVALID
 * which tells what is wrong where, by group and symbol; what was typed is never repeated.
 */
export function readLine(text: string, number: number, shape: Shape | undefined): readonly number[] {
  const typed = text.replaceAll(/[\s-]/g, '').toUpperCase();
  const symbols = [...typed].map((character) => alphabet.indexOf(standardOf(character)));
  const unknown = symbols.indexOf(-1);
  if (unknown !== -1) throw wrong(number, `${placeOf(unknown)} is not one of the letters and digits in use`);
  const expected = (shape !== undefined && number === shape.count ? shape.last : lineLength) + checkLength;
  if (symbols.length !== expected) {
    throw wrong(number, `it has ${symbols.length} symbols, expected ${expected}${oddGroup(text, expected)}`);
  }
  const verdict = judgeLine(number, symbols);
  if (verdict === 'several') throw wrong(number, 'more than one symbol is wrong');
  if (verdict === 'number') throw wrong(number, 'it is another line of the share, or of another share');
  if (verdict !== 'whole') throw wrong(number, `${placeOf(verdict.at, expected)} is wrong`);
  return symbols.slice(0, -checkLength);
}

/** The bytes of a share of the symbols of all its lines. Throws ESCROW_SHARE_INVALID. */
export function joinLines(lines: readonly (readonly number[])[]): Secret {
  try {
    return new Secret(bytesOf(lines.flat()));
  } catch {
    // No cause: the package quotes what it was given.
    throw wrong(lines.length, 'it ends in symbols which no share ends in');
  }
}

function bytesOf(symbols: readonly number[]): Uint8Array {
  return base32crockford.decode(textOf(symbols));
}

function symbolsOf(text: string): readonly number[] {
  return [...text].map((character) => alphabet.indexOf(character));
}

function textOf(symbols: readonly number[]): string {
  return symbols.map((symbol) => alphabet.charAt(symbol)).join('');
}

function standardOf(character: string): string {
  if (character === 'O') return '0';
  return character === 'I' || character === 'L' ? '1' : character;
}

function placeOf(at: number, expected = Number.POSITIVE_INFINITY): string {
  const check = at - (expected - checkLength);
  if (check >= 0) return `symbol ${check + 1} of the last group`;
  return `symbol ${(at % groupLength) + 1} of group ${Math.floor(at / groupLength) + 1}`;
}

function oddGroup(text: string, expected: number): string {
  const groups = text.trim().split(/\s+/);
  const wanted = [...'x'.repeat(expected - checkLength).matchAll(/.{1,5}/g)].map(([group]) => group.length);
  if (groups.length !== wanted.length + 1) return '';
  const odd = groups.findIndex((group, at) => group.length !== (wanted[at] ?? checkLength));
  return odd === -1
    ? ''
    : `; group ${odd + 1} has ${groups[odd]?.length ?? 0} instead of ${wanted[odd] ?? checkLength}`;
}

function wrong(number: number, problem: string): ValopsError {
  return new ValopsError('ESCROW_SHARE_INVALID', `line ${number}: ${problem}`, {
    hint: 'Compare that line with the paper, symbol by symbol.',
  });
}
