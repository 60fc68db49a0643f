import type { PlaceLine, PlaceLines } from '../facts/persistence/lines.ts';
import type { Places } from '../facts/persistence/places.ts';
import type { Judgement } from './finding.ts';
import { orPass } from './or-pass.ts';

/** Lines of these sorts in files that are not as a package brought them. */
export function linesOutsidePackages(
  { lines }: PlaceLines,
  { places }: Places,
  whys: readonly PlaceLine['why'][],
): readonly PlaceLine[] {
  const own = new Set(
    places.filter(({ package: from, changed }) => from === null || changed === true).map(({ path }) => path),
  );
  return lines.filter(({ path, why }) => whys.includes(why) && own.has(path));
}

/** A failure for each file and sort, with the first line of it; or one pass. */
export function judgeLines(
  lines: readonly PlaceLine[],
  saying: (line: PlaceLine) => { readonly expected: string; readonly actual: string },
  host: string,
): readonly Judgement[] {
  const first = new Map(lines.toReversed().map((line) => [`${line.path} ${line.why} ${line.name}`, line]));
  return orPass(
    [...first.values()].toReversed().map((line) => ({
      status: 'fail',
      subject: line.name === '' ? line.path : `${line.name} in ${line.path}`,
      ...saying(line),
      file: `${line.path}:${line.line}`,
    })),
    host,
    'none',
  );
}
