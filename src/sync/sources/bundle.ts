import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ValopsError } from '../../lib/errors.ts';
import { readBundle } from '../bundle.ts';
import type { SourceSpec } from '../declaration.ts';
import type { Source } from '../source.ts';
import { copyIn } from './copy-in.ts';
import { pathInside } from './path-inside.ts';

/** The directory that `sync export` wrote: the manifest says which of its files is meant. */
export const bundle: Source<Extract<SourceSpec, { type: 'bundle' }>> = {
  type: 'bundle',
  async locate({ context, base }, spec, words, side) {
    const directory = resolve(base, spec.path);
    const found = readBundle(context.files, directory).locate(words, side);
    const use = found?.part.uses?.find(
      (one) =>
        (side === undefined || one.file === side) &&
        (['name', 'version', 'os', 'arch', 'target'] as const).every((word) => one[word] === words[word]),
    );
    if (found === undefined || use === undefined) {
      const what = side === undefined ? 'artifact' : `side file "${side}"`;
      throw new ValopsError(
        'SYNC_BUNDLE_INCOMPLETE',
        `the bundle "${directory}" has no ${what} of ${words.name} ${words.version} for ${words.target}`,
        { hint: 'Export it again where it was pinned: valops sync export DIR' },
      );
    }
    return { name: use.file.split('/').at(-1) ?? use.file, url: pathToFileURL(found.path).href };
  },
  async fetch(doors, spec, request) {
    const directory = resolve(doors.base, spec.path);
    const { sha256 } = request;
    const found = readBundle(doors.context.files, directory).manifest.parts.find((part) =>
      sha256 === undefined
        ? pathToFileURL(resolve(directory, part.path)).href === request.location.url
        : part.sha256 === sha256,
    );
    if (found === undefined || doors.context.files.stat(resolve(directory, found.path)) === null) {
      throw new ValopsError(
        'SYNC_BUNDLE_INCOMPLETE',
        `the bundle "${directory}" lacks "${request.location.name}" (sha256 ${sha256 ?? found?.sha256 ?? 'not known'})`,
        { hint: 'Export it again where it was pinned: valops sync export DIR' },
      );
    }
    const from = pathInside(doors, directory, found.path);
    // the manifest's own word counts where the caller has none
    return copyIn(doors, from, { ...request, size: request.size ?? found.size, sha256: sha256 ?? found.sha256 });
  },
};
