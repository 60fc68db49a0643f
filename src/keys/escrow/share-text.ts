import { ValopsError } from '../../lib/errors.ts';
import { joinLines, readLine, shapeOf, type Shape } from './lines.ts';
import { decodeShare, type Share } from './share.ts';

interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/**
 * The shares in a text of typed or scanned lines, one after the other; each begins with its line 1.
 * Blank lines and lines that start with `#` do not count; of a page, only what it marks as its lines is read.
 * Throws ESCROW_SHARE_INVALID naming `name` and every line that is wrong.
 */
export function readShareText(text: string, name: string): readonly Share[] {
  const shares: NumberedLine[][] = [];
  for (const [at, line] of linesOf(text).entries()) {
    const match = /^(\d{1,2})[.:)]?\s+(\S.*)$/.exec(line);
    if (match === null) {
      throw invalid(
        `"${name}": line ${at + 1} does not begin with the number it has on the paper`,
        'Type each line as it is printed: its number, then its groups.',
      );
    }
    const number = Number(match[1]);
    if (number === 1 || shares.length === 0) shares.push([]);
    shares.at(-1)?.push({ number, text: match[2] ?? '' });
  }
  if (shares.length === 0) throw invalid(`"${name}" holds no share`, 'Give a share file, a page, or the lines of one.');
  return shares.map((lines, at) => readOne(lines, shares.length === 1 ? `"${name}"` : `"${name}", share ${at + 1}`));
}

function linesOf(text: string): readonly string[] {
  const marked = /<pre id="share">([^<]*)<\/pre>/.exec(text)?.[1];
  return (marked ?? text)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

function readOne(lines: readonly NumberedLine[], place: string): Share {
  const problems: string[] = [];
  const read = new Map<number, readonly number[]>();
  let shape: Shape | undefined;
  for (const { number, text } of lines) {
    if (read.has(number)) problems.push(`line ${number} is there twice`);
    try {
      const symbols = readLine(text, number, shape);
      if (number === 1) shape = shapeOf(symbols);
      read.set(number, symbols);
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      problems.push(error.message);
      // Without the first line nothing tells how long the last one is.
      if (number === 1) break;
    }
  }
  const count = shape?.count ?? 0;
  for (let number = 1; number <= count; number++) {
    if (!lines.some((line) => line.number === number)) problems.push(`line ${number} of ${count} is missing`);
  }
  for (const { number } of lines) {
    if (count > 0 && number > count) problems.push(`there is a line ${number}, but the share has ${count}`);
  }
  if (problems.length > 0) {
    throw invalid(`${place}: ${problems.join('; ')}`, 'Compare those lines with the paper, symbol by symbol.');
  }
  return proven(
    Array.from({ length: count }, (_, row) => read.get(row + 1) ?? []),
    place,
  );
}

function proven(lines: readonly (readonly number[])[], place: string): Share {
  const bytes = joinLines(lines);
  try {
    return bytes.use(decodeShare);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    throw invalid(`${place}: ${error.message}`, error.hint ?? 'Take the share of another trustee.');
  } finally {
    bytes.wipe();
  }
}

function invalid(message: string, hint: string): ValopsError {
  return new ValopsError('ESCROW_SHARE_INVALID', message, { hint });
}
