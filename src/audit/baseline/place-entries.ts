import type { ListedFile } from '../../facts/listed-files.ts';
import type { LinesOfFile } from '../../facts/persistence/line-digests.ts';
import type { Place } from '../../facts/persistence/places.ts';
import type { BaselineEntry } from './entry.ts';
import { numbered } from './numbered.ts';

/**
 * Files of the places where code is run. One whose lines are listed is compared line by line, any other
 * by its digest. One that its package brought is there as long as the package is: only its lines count.
 */
export function placeEntries(places: readonly Place[], lines: readonly LinesOfFile[]): readonly BaselineEntry[] {
  const listed = new Set(lines.map(({ path }) => path));
  return [
    ...places
      .filter((place) => !(listed.has(place.path) && isPackaged(place)))
      .map((place): BaselineEntry => ({
        key: place.path,
        value: `${place.kind}, ${describeFile(place, !listed.has(place.path))}`,
        file: place.path,
      })),
    ...lines.flatMap(({ path, lines: all }): readonly BaselineEntry[] => {
      const keys = numbered(all.map(({ digest }) => `line of ${path} with digest ${digest}`));
      return [
        ...all.map(({ line }, index) => ({ key: keys[index] ?? '', value: '', file: `${path}:${line}`, within: path })),
        { key: `order of lines in ${path}`, value: keys, file: path, within: path },
      ];
    }),
  ];
}

/** Mode, owner, group, target or digest of a file, in words. */
export function describeFile(file: Omit<ListedFile, 'path' | 'changed'>, withDigest = true): string {
  const { type, mode, owner, group, link, sha256, package: from } = file;
  return [
    type === 'link' ? `link to ${link}` : `${type} ${mode} ${owner}:${group}`,
    ...(from === null ? [] : [`of ${from}`]),
    ...(withDigest && sha256 !== null ? [`sha256 ${sha256}`] : []),
  ].join(', ');
}

/** Of a package, and such that root alone can change it: it is in the list for its content only. */
function isPackaged({ package: from, owner, group, mode }: Place): boolean {
  const bits = Number.parseInt(mode, 8);
  return from !== null && owner === 'root' && (bits & 0o002) === 0 && ((bits & 0o020) === 0 || group === 'root');
}
