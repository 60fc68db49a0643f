import type { Context } from '../core/context.ts';
import { type Digest, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { readArchive } from './archives/read.ts';
import { artifactOf } from './artifact.ts';
import { adopt, newcomerPath, ensureCache } from './cache.ts';
import type { Declaration, Platform } from './declaration.ts';
import { wrongPlatform } from './elf.ts';
import { fetchEvidence, readTrust, verifySpecs } from './evidence.ts';
import type { Pin, PinnedBinary } from './pin.ts';
import { fill } from './placeholders.ts';
import { releaseWords } from './release-words.ts';
import type { Fetched, Location, Placeholders, SyncDoors } from './source.ts';
import { sourceFor } from './sources/registry.ts';
import { judge } from './verifiers/judge.ts';

/** Most bytes of an artifact whose size nobody has reviewed yet. */
const artifactLimit = 8 * 1024 ** 3;
/** Bounds of an archive that is looked into for the first time. */
const archiveLimits = { bytes: 16 * 1024 ** 3, ratio: 200, entries: 50_000 } as const;
/** Bytes of a file that tell its platform. */
const headerLength = 64;

/**
 * Fetches and proves a release on every declared platform and looks into its archives, writing none
 * of what is in them. The pin it answers is a proposal: only a person's consent makes it one. Throws
 * what sources, verifiers and archives throw, and SYNC_WRONG_PLATFORM.
 */
export async function proposePin(doors: SyncDoors, declaration: Declaration, version: string): Promise<PinnedBinary> {
  const { context } = doors;
  ensureCache(context);
  const platforms: Record<string, Pin> = {};
  for (const platform of declaration.platforms) {
    platforms[platform.id] = await pinPlatform(doors, declaration, platform, version);
  }
  return {
    version,
    pinnedAt: context.clock.now().toISOString(),
    pinnedBy: `${context.machine.user()}@${context.machine.hostname()}`,
    tool: `${context.tool.name} ${context.tool.version}`,
    unsafeFirstUse: false,
    platforms,
  };
}

async function pinPlatform(
  doors: SyncDoors,
  declaration: Declaration,
  platform: Platform,
  version: string,
): Promise<Pin> {
  const { context } = doors;
  const words = releaseWords(declaration, platform, version);
  const from = await sourceFor(declaration.source.type);
  const location = await from.locate(doors, declaration.source, words);
  const newcomer = await from.fetch(doors, declaration.source, {
    location,
    path: newcomerPath(doors.context, location.url),
    limit: artifactLimit,
  });
  try {
    const specs = verifySpecs(declaration, words, location.name);
    const evidence = await fetchEvidence(doors, declaration, words, specs);
    const verified = await judge({
      specs,
      artifact: artifactOf(context, location.name, newcomer),
      evidence: evidence.files,
      trust: await readTrust(doors, specs),
      now: context.clock.now(),
      tell: (message) => context.events.emit({ kind: 'warning', message }),
    });
    const files = await filesInside(context, declaration, platform, words, location, newcomer);
    const { sha256, size } = adopt(doors, newcomer);
    return { url: location.url, artifact: location.name, size, sha256, files, verified, evidence: evidence.pins };
  } finally {
    context.files.remove(newcomer.path);
  }
}

async function filesInside(
  context: Context,
  { archive }: Declaration,
  platform: Platform,
  words: Placeholders,
  location: Location,
  fetched: Fetched,
): Promise<Pin['files']> {
  const bare = archive.format === 'bare';
  const wanted = new Map(
    archive.members.map((member) => [bare ? location.name : fill(member.path, { ...words }), member]),
  );
  const files: Record<string, { sha256: string; size: number; mode: string }> = {};
  await readArchive(
    {
      name: location.name,
      open: () => context.files.stream(fetched.path),
      random: () => context.files.openRandom(fetched.path),
      size: fetched.size,
      wanted: [...wanted.keys()],
      bare,
      limits: archiveLimits,
      processes: context.processes,
    },
    async (path, _size, bytes) => {
      const member = wanted.get(path) ?? (bare ? archive.members[0] : undefined);
      if (member === undefined) return;
      const { sha256, size, header } = await digestOf(bytes);
      const problem = wrongPlatform(header, platform.id);
      if (problem !== undefined) {
        throw new ValopsError(
          'SYNC_WRONG_PLATFORM',
          `"${path}" of "${location.name}" is not for ${platform.id}: ${problem}`,
          {
            hint: `Correct os, arch or target of "${platform.id}" in valops.yaml; the publisher may have mixed them up, too.`,
          },
        );
      }
      files[fill(member.install, { ...words })] = { sha256, size, mode: `0${member.mode.toString(8)}` };
    },
  );
  return files;
}

async function digestOf(bytes: AsyncIterable<Uint8Array>): Promise<Digest & { readonly header: Uint8Array }> {
  const tap = new Tap();
  const header = new Uint8Array(headerLength);
  for await (const chunk of bytes) {
    if (tap.size < headerLength) header.set(chunk.subarray(0, headerLength - tap.size), tap.size);
    tap.add(chunk);
  }
  return { ...tap.digest(), header: header.subarray(0, Math.min(tap.size, headerLength)) };
}
