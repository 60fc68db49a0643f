import { artifactOf } from './artifact.ts';
import { cachePath, ensureCache, takeCached } from './cache.ts';
import type { Declaration, Platform } from './declaration.ts';
import { cachedEvidence, fetchPinnedEvidence, readTrust, verifySpecs, type Evidence } from './evidence.ts';
import type { Pin } from './pin.ts';
import { releaseWords } from './release-words.ts';
import type { Fetched, SyncDoors } from './source.ts';
import { sourceFor } from './sources/registry.ts';
import { judge } from './verifiers/judge.ts';

/** One pinned artifact to get: of this declaration, version and platform. */
export interface PinnedArtifact {
  readonly declaration: Declaration;
  readonly version: string;
  readonly platform: Platform;
  readonly pin: Pin;
}

/**
 * The pinned bytes, from the cache or else from where they were pinned from; hashed in one pass. What
 * proved them is judged again by today's `verify:` where it is cached. Throws DOWNLOAD_*,
 * SYNC_SOURCE_FAILED, SYNC_CHECKSUM_MISMATCH and what verifiers throw.
 */
export async function fetchArtifact(doors: SyncDoors, wanted: PinnedArtifact): Promise<Fetched> {
  const artifact = await pinnedBytes(doors, wanted);
  const evidence = await cachedEvidence(doors, wanted.pin);
  if (evidence !== undefined) await judgeAgain(doors, wanted, artifact, evidence);
  return artifact;
}

/** The same, and the side files as well: afterwards `sync --offline` has everything. */
export async function fetchAndProve(doors: SyncDoors, wanted: PinnedArtifact): Promise<Fetched> {
  const artifact = await pinnedBytes(doors, wanted);
  await judgeAgain(doors, wanted, artifact, await fetchPinnedEvidence(doors, wanted.declaration, wanted.pin));
  return artifact;
}

async function pinnedBytes(doors: SyncDoors, { declaration: { source }, pin }: PinnedArtifact): Promise<Fetched> {
  const { context } = doors;
  ensureCache(context);
  const cached = await takeCached(context, pin.sha256, pin.size);
  if (cached !== undefined) return cached;
  const from = await sourceFor(source.type);
  return from.fetch(doors, source, {
    location: { name: pin.artifact, url: pin.url },
    path: cachePath(context, pin.sha256),
    limit: pin.size,
    size: pin.size,
    sha256: pin.sha256,
  });
}

/** Judges pinned bytes by today's policy with the evidence of their pin. */
export async function judgeAgain(
  doors: SyncDoors,
  { declaration, version, platform, pin }: PinnedArtifact,
  artifact: Fetched,
  evidence: Evidence,
): Promise<void> {
  const specs = verifySpecs(declaration, releaseWords(declaration, platform, version), pin.artifact);
  await judge({
    specs,
    artifact: artifactOf(doors.context, pin.artifact, artifact),
    evidence,
    trust: await readTrust(doors, specs),
    now: doors.context.clock.now(),
    tell: (message) => doors.context.events.emit({ kind: 'warning', message }),
  });
}
