import { join } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import { type Bundle, type BundlePart } from './bundle.ts';
import { cachePath, copyToCache, ensureCache, hashFile, takeCached } from './cache.ts';
import type { Evidence } from './evidence.ts';
import { judgeAgain, type PinnedArtifact } from './fetch.ts';
import type { Fetched, SyncDoors } from './source.ts';

/** Parts that one message names. */
const mostNamed = 5;

/**
 * Reads every part of a bundle and compares it with the manifest. Throws SYNC_BUNDLE_INCOMPLETE naming
 * every part that is missing, by digest, and SYNC_BUNDLE_INVALID naming those that have other bytes.
 */
export async function checkParts({ context }: SyncDoors, { directory, manifest }: Bundle): Promise<void> {
  const missing: BundlePart[] = [];
  const altered: string[] = [];
  for (const part of manifest.parts) {
    const path = join(directory, part.path);
    const stat = context.files.stat(path);
    if (stat === null) missing.push(part);
    else if (stat.type !== 'file' || stat.size !== part.size) {
      altered.push(`"${part.path}" (expected a file of ${part.size} bytes, got ${stat.type} of ${stat.size})`);
    } else {
      const { sha256 } = await hashFile(context, path);
      if (sha256 !== part.sha256) altered.push(`"${part.path}" (expected sha256 ${part.sha256}, got ${sha256})`);
    }
  }
  if (altered.length > 0) {
    throw new ValopsError('SYNC_BUNDLE_INVALID', `the bundle "${directory}" was altered: ${listed(altered, '; ')}`, {
      hint: 'Copy the bundle again from where it was exported, and find out what changed it.',
    });
  }
  if (missing.length > 0)
    throw incomplete(
      directory,
      missing.map((part) => `"${part.path}" (sha256 ${part.sha256})`),
    );
}

/**
 * Takes the bytes of these pins out of a bundle into the cache, digests compared and signatures
 * judged; what is cached already is judged the same way. Throws SYNC_BUNDLE_INCOMPLETE,
 * SYNC_BUNDLE_INVALID and what verifiers throw. `trustBase`: where trust files are.
 */
export async function importPinned(
  doors: SyncDoors,
  bundle: Bundle,
  wanted: readonly PinnedArtifact[],
  trustBase: string,
): Promise<void> {
  ensureCache(doors.context);
  for (const one of wanted) {
    const { pin } = one;
    const artifact = await take(doors, bundle, `"${pin.artifact}" of ${one.declaration.name} ${one.version}`, pin);
    const evidence = new Map<string, Uint8Array>();
    for (const [name, { sha256, size }] of Object.entries(pin.evidence)) {
      const { path } = await take(doors, bundle, `"${name}" of ${one.declaration.name} ${one.version}`, {
        sha256,
        size,
      });
      evidence.set(name, doors.context.files.read(path, size));
    }
    await judgeAgain({ ...doors, base: trustBase }, one, artifact, evidence satisfies Evidence);
  }
}

async function take(
  doors: SyncDoors,
  bundle: Bundle,
  what: string,
  { sha256, size }: { readonly sha256: string; readonly size: number },
): Promise<Fetched> {
  const { context } = doors;
  const found = bundle.find(sha256);
  if (found === undefined) {
    const cached = await takeCached(context, sha256, size);
    if (cached !== undefined) return cached;
    throw incomplete(bundle.directory, [`${what} (sha256 ${sha256})`]);
  }
  if (context.files.stat(cachePath(context, sha256)) !== null) {
    const cached = await takeCached(context, sha256, size);
    if (cached !== undefined) return cached;
  }
  return copyToCache(doors, found.path, { sha256, size });
}

function incomplete(directory: string, missing: readonly string[]): ValopsError {
  return new ValopsError('SYNC_BUNDLE_INCOMPLETE', `the bundle "${directory}" lacks ${listed(missing, ', ')}`, {
    hint: 'Export it again where the pins were made: valops sync export DIR',
  });
}

/** The first few; the rest is counted. */
function listed(all: readonly string[], separator: string): string {
  const rest = all.length - mostNamed;
  return all.slice(0, mostNamed).join(separator) + (rest > 0 ? `${separator}and ${rest} more` : '');
}
