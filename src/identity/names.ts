import { ValopsError } from '../lib/errors.ts';
import type { Context } from '../core/context.ts';

/** The files of one identity that is about to be made. */
export interface Names {
  readonly out: string;
  readonly card: string;
  readonly wordsOut: string | undefined;
}

/**
 * The file names for `count` identities: as given for one, with `-1`, `-2`, … before the extension
 * for several. Throws USAGE when two of them would be the same file, FILE_EXISTS when one is there.
 */
export function planNames(context: Context, given: Names, count: number): readonly Names[] {
  const plan = Array.from({ length: count }, (_, index): Names => {
    const number = (name: string): string => (count === 1 ? name : numbered(name, index + 1));
    return {
      out: number(given.out),
      card: number(given.card),
      wordsOut: given.wordsOut === undefined ? undefined : number(given.wordsOut),
    };
  });
  const names = plan.flatMap(({ out, card, wordsOut }) => [out, card, ...(wordsOut === undefined ? [] : [wordsOut])]);
  for (const [index, name] of names.entries()) {
    if (name === '-')
      throw new ValopsError('USAGE', 'an identity cannot be written to standard output', { hint: 'Give file names.' });
    if (names.indexOf(name) !== index) {
      throw new ValopsError('USAGE', `"${name}" is named for two files`, {
        hint: 'Give --out, --card and --words-out different names.',
      });
    }
    if (context.files.stat(name) !== null) {
      throw new ValopsError('FILE_EXISTS', `"${name}" exists already; it was not touched`, {
        hint: 'Give names that are not in use.',
      });
    }
  }
  return plan;
}

function numbered(name: string, number: number): string {
  const slash = name.lastIndexOf('/');
  const dot = name.lastIndexOf('.');
  return dot > slash + 1 ? `${name.slice(0, dot)}-${number}${name.slice(dot)}` : `${name}-${number}`;
}
