import { dirname, join } from 'node:path';
import { lasting, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { readArchive } from './archives/read.ts';
import { wrongPlatform } from './elf.ts';
import type { PinnedArtifact } from './fetch.ts';
import { fill } from './placeholders.ts';
import { releaseWords } from './release-words.ts';
import { installedFiles } from './release.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** Bounds of an archive that was looked into when it was pinned; entries nobody wants count as well. */
const limits = { bytes: 16 * 1024 ** 3, ratio: 200, entries: 50_000 } as const;
/** Bytes of a file that tell its platform. */
const headerLength = 64;

/**
 * Takes the pinned files out of an artifact into `into`, an empty directory of ours: names are ours,
 * never the archive's; modes are the pin's without write bits; every file is hashed as it is written,
 * and durable. What was written before a throw is for the caller to remove.
 *
 * Throws SYNC_CHECKSUM_MISMATCH, SYNC_WRONG_PLATFORM, SYNC_MEMBER_MISSING, SYNC_ARCHIVE_*, FILE_*.
 */
export async function unpack(
  { context, trees }: StoreDoors,
  { declaration, platform, version, pin }: PinnedArtifact,
  artifact: string,
  into: string,
): Promise<void> {
  const words = { ...releaseWords(declaration, platform, version) };
  const bare = declaration.archive.format === 'bare';
  const wanted = new Map(
    declaration.archive.members.map(({ path, install }) => [
      bare ? pin.artifact : fill(path, words),
      fill(install, words),
    ]),
  );
  const files = installedFiles(pin);
  const taken = new Set<string>();
  const made = new Set<string>(['.']);

  function makeParents(path: string): void {
    const parent = dirname(path);
    if (made.has(parent)) return;
    makeParents(parent);
    trees.createDirectory(join(into, parent), { mode: 0o755 });
    made.add(parent);
  }

  async function take(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const install = wanted.get(path) ?? (bare ? [...wanted.values()][0] : undefined);
    const file = install === undefined ? undefined : files[install];
    if (install === undefined || file === undefined) {
      throw new ValopsError('SYNC_PIN_OUTDATED', `"${path}" of "${pin.artifact}" is not among the pinned files`, {
        hint: `valops sync pin ${declaration.name}`,
      });
    }
    makeParents(install);
    const staged = await context.files.stage(join(into, install), { mode: parseInt(file.mode, 8) });
    try {
      const tap = new Tap();
      const header = new Uint8Array(headerLength);
      for await (const chunk of lasting(bytes)) {
        if (tap.size < headerLength) header.set(chunk.subarray(0, headerLength - tap.size), tap.size);
        tap.add(chunk);
        if (tap.size > file.size) throw mismatch(path, pin.artifact, `${file.size} bytes`, 'more');
        await staged.write(chunk);
      }
      const { size, sha256 } = tap.digest();
      if (size !== file.size) throw mismatch(path, pin.artifact, `${file.size} bytes`, String(size));
      if (sha256 !== file.sha256) throw mismatch(path, pin.artifact, `sha256 ${file.sha256}`, sha256);
      const problem = wrongPlatform(header.subarray(0, size), platform.id);
      if (problem !== undefined) {
        throw new ValopsError(
          'SYNC_WRONG_PLATFORM',
          `"${path}" of "${pin.artifact}" is not for ${platform.id}: ${problem}`,
          { hint: `Correct os, arch or target of "${platform.id}" in valops.yaml and pin again.` },
        );
      }
      await staged.publish('exclusive');
      taken.add(install);
    } finally {
      await staged.discard();
    }
  }

  await readArchive(
    {
      name: pin.artifact,
      open: () => context.files.stream(artifact),
      random: () => context.files.openRandom(artifact),
      size: pin.size,
      wanted: [...wanted.keys()],
      bare,
      limits,
      processes: context.processes,
    },
    (path, _size, bytes) => take(path, bytes),
  );
  const missing = Object.keys(files).filter((path) => !taken.has(path));
  if (missing.length === 0) return;
  throw new ValopsError('SYNC_MEMBER_MISSING', `"${pin.artifact}" did not hold "${missing.join('", "')}"`, {
    hint: `Compare "archive" in valops.yaml with what the artifact holds, and pin again.`,
  });
}

function mismatch(path: string, artifact: string, expected: string, found: string): ValopsError {
  return new ValopsError(
    'SYNC_CHECKSUM_MISMATCH',
    `"${path}" of "${artifact}" is not what was pinned: expected ${expected}, got ${found}`,
    {
      hint: 'Nothing was installed. Remove the cached artifact and fetch it again; tell the publisher if it stays so.',
    },
  );
}
