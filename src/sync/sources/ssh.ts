import { posix } from 'node:path';
import type { Host } from '../../core/host.ts';
import { trackBytes } from '../../core/progress.ts';
import { requireSpace } from '../../core/space.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { SourceSpec } from '../declaration.ts';
import { fill } from '../placeholders.ts';
import type { Source } from '../source.ts';
import { checkDigest, checkSize } from './expected.ts';
import { readPiece, statRemote } from './remote-file.ts';
import { fetchWeb, isAddress, webLocation } from './web.ts';

type Spec = Extract<SourceSpec, { type: 'ssh' }>;

/**
 * A file on a host, for example where it was built; read in pieces, each one script. Bytes of a run
 * that broke off are kept while the file there stays the same one.
 */
export const ssh: Source<Spec> = {
  type: 'ssh',
  async locate(doors, spec, words, side) {
    if (side !== undefined && isAddress(side)) return webLocation(side);
    const artifact = fill(spec.path, { ...words });
    const path = side === undefined ? artifact : posix.join(posix.dirname(artifact), side);
    if (!posix.isAbsolute(path) || path.endsWith('/')) {
      throw new ValopsError('CONFIG_INVALID', `expected the absolute path of a file on "${spec.host}", got "${path}"`, {
        hint: 'Correct the path of the source in valops.yaml.',
      });
    }
    await withHost(doors.hosts.connect(spec.host), (host) => statRemote(host, path));
    return {
      name: posix.basename(path),
      url: `ssh://${spec.host}${path.split('/').map(encodeURIComponent).join('/')}`,
    };
  },
  async fetch(doors, spec, request) {
    const { context, trees, hosts } = doors;
    const { location, path: target, sha256: expected } = request;
    if (isAddress(location.url)) return fetchWeb(doors, request);
    const path = pathOf(location.url, spec.host);
    return withHost(hosts.connect(spec.host), async (host) => {
      const found = await statRemote(host, path);
      const from = `${path} on ${host.name}`;
      checkSize(from, found.size, request);
      const part = await context.files.openPart(target);
      const note = { url: location.url, ...found };
      const isSame = JSON.stringify(part.note) === JSON.stringify(note) && part.size <= found.size;
      const progress = trackBytes(context, location.name, found.size);
      let keep = false;
      try {
        await (isSame ? part.resume() : part.start(note));
        requireSpace(trees, target, found.size - part.size);
        while (part.size < found.size) {
          keep = true;
          await part.append(await readPiece(host, path, part.size, found.size));
          progress.at(part.size);
        }
        const after = await statRemote(host, path);
        keep = false;
        if (JSON.stringify(after) !== JSON.stringify(found)) {
          throw new ValopsError('SYNC_SOURCE_FAILED', `"${from}" changed while it was read`, {
            hint: 'Wait until nothing writes to it any more, and try again.',
          });
        }
        const sha256 = part.sha256();
        checkDigest(from, sha256, expected);
        await part.publish();
        return { path: target, size: found.size, sha256 };
      } finally {
        progress.end(part.size);
        await (keep ? part.close() : part.discard());
      }
    });
  },
};

async function withHost<T>(connecting: Promise<Host>, work: (host: Host) => Promise<T>): Promise<T> {
  const host = await connecting;
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

/** The path in our own `ssh://HOST/PATH`; the lock may have been written when another host was declared. */
function pathOf(url: string, host: string): string {
  const start = `ssh://${host}/`;
  if (!url.startsWith(start)) {
    throw new ValopsError('SYNC_SOURCE_FAILED', `"${url}" is not on the declared host "${host}"`, {
      hint: 'Pin it again from where it is now: valops sync pin NAME',
    });
  }
  return decodeURIComponent(url.slice(start.length - 1));
}
