import { posix, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ValopsError } from '../../lib/errors.ts';
import type { SourceSpec } from '../declaration.ts';
import { fill } from '../placeholders.ts';
import type { Source, SyncDoors } from '../source.ts';
import { copyIn } from './copy-in.ts';
import { pathInside } from './path-inside.ts';
import { fetchWeb, isAddress, webLocation } from './web.ts';

type Spec = Extract<SourceSpec, { type: 'directory' }>;

/** A directory or mounted medium. Nothing outside it is read, whatever links lead there. */
export const directory: Source<Spec> = {
  type: 'directory',
  async locate(doors, spec, words, side) {
    if (side !== undefined && isAddress(side)) return webLocation(side);
    const root = resolve(doors.base, fill(spec.path, { ...words }));
    requireDirectory(doors, root);
    const artifact = fill(spec.file, { ...words });
    const file = side === undefined ? artifact : posix.join(posix.dirname(artifact), side);
    pathInside(doors, root, file);
    return { name: posix.basename(file), url: pathToFileURL(resolve(root, file)).href };
  },
  async fetch(doors, spec, request) {
    const { url } = request.location;
    if (isAddress(url)) return fetchWeb(doors, request);
    const root = resolve(doors.base, fixedPart(spec.path));
    const path = url.startsWith('file:///') ? fileURLToPath(url) : resolve(url);
    const file = relative(root, path);
    if (file.startsWith('..')) {
      throw new ValopsError('SYNC_SOURCE_FAILED', `"${path}" is not below the declared directory "${root}"`, {
        hint: 'Pin it again from where it is now: valops sync pin NAME',
      });
    }
    requireDirectory(doors, root);
    return copyIn(doors, pathInside(doors, root, file), request);
  },
};

/** What of a path with placeholders is the same for every release. */
function fixedPart(path: string): string {
  const at = path.indexOf('{');
  return at === -1 ? path : path.slice(0, path.lastIndexOf('/', at) + 1) || '.';
}

function requireDirectory({ context }: SyncDoors, root: string): void {
  const stat = context.files.stat(root);
  if (stat?.type === 'directory' || stat?.type === 'link') return;
  throw new ValopsError(
    'SYNC_SOURCE_FAILED',
    stat === null ? `there is no directory "${root}"` : `"${root}" is not a directory`,
    { hint: 'Mount the medium, or correct the path of the source in valops.yaml.' },
  );
}
