import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { digestFile, lasting, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Fetched, SyncDoors } from './source.ts';

/** Directory of fetched files, each under its digest. */
export function cacheDirectory({ home }: Pick<Context, 'home'>): string {
  return join(home.path, 'downloads');
}

/** Where the bytes with this digest (lowercase hex) are kept, if they are. */
export function cachePath(context: Pick<Context, 'home'>, sha256: string): string {
  return join(cacheDirectory(context), sha256);
}

/** Makes the cache; private, as `$VALOPS_HOME` is. Throws FILE_UNWRITABLE. */
export function ensureCache({ files, home }: Pick<Context, 'files' | 'home'>): void {
  files.ensureDirectory(home.path, { mode: 0o700 });
  files.ensureDirectory(cacheDirectory({ home }), { mode: 0o700 });
}

/**
 * The cached file with this digest and size, hashed again; undefined when there is none. What is
 * there under that name and has other bytes is removed with a warning: a disk or a hand changed it.
 */
export async function takeCached(context: Context, sha256: string, size: number): Promise<Fetched | undefined> {
  const { files, events } = context;
  const path = cachePath(context, sha256);
  const stat = files.stat(path);
  if (stat === null) return undefined;
  const found = stat.type === 'file' && stat.size === size ? await hashFile(context, path) : undefined;
  if (found?.sha256 === sha256) return found;
  events.emit({
    kind: 'warning',
    message: `the cached file "${path}" no longer has the digest it is named by, and is removed`,
    hint: 'Look at the disk when this happens again.',
  });
  files.remove(path);
  return undefined;
}

/** Size and sha256 of a file, in one pass. Throws FILE_UNREADABLE, FILE_NOT_FOUND. */
export async function hashFile({ files }: Pick<Context, 'files'>, path: string): Promise<Fetched> {
  return { path, ...(await digestFile({ files }, path)) };
}

/** A name in the cache for bytes whose digest is not known yet; the same for the same place, so that a fetch goes on. */
export function newcomerPath(context: Pick<Context, 'home'>, url: string): string {
  return join(cacheDirectory(context), `new-${createHash('sha256').update(url).digest('hex').slice(0, 32)}`);
}

/** Gives a newcomer the name of its digest; what is there already has the same bytes and is replaced. */
export function adopt({ context, trees }: SyncDoors, { path, sha256, size }: Fetched): Fetched {
  const final = cachePath(context, sha256);
  context.files.remove(final);
  trees.renameDirectory(path, final);
  return { path: final, sha256, size };
}

/** Copies a file into the cache while it is hashed. Throws SYNC_CHECKSUM_MISMATCH when it is another one. */
export async function copyToCache(
  { context }: SyncDoors,
  from: string,
  expected: { readonly sha256: string; readonly size: number },
): Promise<Fetched> {
  const path = cachePath(context, expected.sha256);
  const staged = await context.files.stage(path, { mode: 0o600 });
  const tap = new Tap();
  try {
    for await (const chunk of lasting(tap.through(context.files.stream(from)))) {
      if (tap.size > expected.size) break;
      await staged.write(chunk);
    }
    const { size, sha256 } = tap.digest();
    if (size !== expected.size || sha256 !== expected.sha256) {
      throw new ValopsError(
        'SYNC_CHECKSUM_MISMATCH',
        `"${from}" is not what it should be: expected ${expected.size} bytes with sha256 ${expected.sha256}, ` +
          `got ${size > expected.size ? 'more' : `${size} bytes with ${sha256}`}`,
        { hint: 'Copy it again from where it came from, and compare.' },
      );
    }
    await staged.publish('replace');
    return { path, size, sha256 };
  } finally {
    await staged.discard();
  }
}
