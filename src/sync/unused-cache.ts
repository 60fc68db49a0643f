import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { cacheDirectory } from './cache.ts';
import type { PinFile } from './pin.ts';

/** A fetched file that no pin names. */
export interface UnusedFile {
  /** Below the cache: the digest, or what was on its way to it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * What lies in the cache and is named by none of these pins, whole or in part. Releases of another
 * `valops.lock` with the same VALOPS_HOME are among it, and what was imported for one. A pin that is
 * being made is not.
 */
export function unusedFiles({ files, home }: Pick<Context, 'files' | 'home'>, pins: PinFile): readonly UnusedFile[] {
  const platforms = Object.values(pins.binaries).flatMap((binary) => Object.values(binary.platforms));
  const needed = new Set(
    platforms.flatMap(({ sha256, evidence }) => [sha256, ...Object.values(evidence).map((one) => one.sha256)]),
  );
  return files.list(cacheDirectory({ home })).flatMap((name) => {
    const digest = /^([0-9a-f]{64})(?:\.part(?:\.json)?)?$/.exec(name)?.[1];
    const stat = digest === undefined || needed.has(digest) ? null : files.stat(join(cacheDirectory({ home }), name));
    return stat?.type === 'file' ? [{ name, size: stat.size }] : [];
  });
}

/** Removes them, journalled. Throws FILE_UNWRITABLE. */
export async function removeUnused(
  { files, home, journal }: Pick<Context, 'files' | 'home' | 'journal'>,
  unused: readonly UnusedFile[],
): Promise<void> {
  await journalled(
    journal,
    { action: 'sync.prune', purpose: 'cache', details: { removed: unused.map(({ name }) => name) } },
    () => {
      for (const { name } of unused) files.remove(join(cacheDirectory({ home }), name));
      return Promise.resolve();
    },
  );
}
