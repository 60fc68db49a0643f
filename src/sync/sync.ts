import { activateRelease } from './activate.ts';
import { activeRelease } from './active-release.ts';
import { cachePath } from './cache.ts';
import type { Declaration } from './declaration.ts';
import { type Failure, failureOf } from './failure.ts';
import { fetchArtifact, type PinnedArtifact } from './fetch.ts';
import { judgeRelease } from './judge-release.ts';
import type { Planned, PlannedBinary } from './plan.ts';
import { againHint } from './held.ts';
import { leftovers } from './leftovers.ts';
import { withPrefixLock } from './prefix-lock.ts';
import { reconcile } from './reconcile.ts';
import { releaseName, releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';
import type { SyncDoors } from './source.ts';

/** How one binary ended. */
export interface SyncedBinary extends PlannedBinary {
  readonly verdict: 'nothing-to-do' | 'active' | 'refused' | 'failed' | 'switched-back' | 'unknown';
  /** The release that is active now; null without one. */
  readonly now: string | null;
}

/**
 * Does what was planned: everything is fetched and proven first, all at once; then one binary after
 * the other is installed, tried and switched to. What fails for one binary is told in its entry, and
 * the others go on.
 */
export async function syncBinaries(doors: SyncDoors, planned: readonly Planned[]): Promise<readonly SyncedBinary[]> {
  const fetched = await Promise.all(planned.map((one) => fetchPlanned(doors, one)));
  const synced: SyncedBinary[] = [];
  for (const [index, { entry, declaration, wanted }] of planned.entries()) {
    const artifact = fetched[index] ?? '';
    let failure = entry.failure;
    if (typeof artifact !== 'string') failure ??= artifact;
    else if (wanted !== undefined && entry.action !== 'none') {
      failure ??= await activateRelease(doors, wanted, artifact).then(() => null, failureOf);
    }
    const now = activeRelease(doors, declaration);
    synced.push({ ...entry, failure, now, verdict: verdictOf(entry, failure) });
  }
  return synced;
}

function verdictOf({ action }: PlannedBinary, failure: Failure | null): SyncedBinary['verdict'] {
  if (failure === null) return action === 'none' ? 'nothing-to-do' : 'active';
  if (failure.exitStatus === 6) return 'unknown';
  if (failure.exitStatus === 5) return 'switched-back';
  return action === 'refused' ? 'refused' : 'failed';
}

/** Path of the artifact (whether it is needed shows when the release is hashed), or why there is none. */
async function fetchPlanned(doors: SyncDoors, { entry, wanted }: Planned): Promise<string | Failure> {
  if (wanted === undefined || entry.action === 'none') return '';
  try {
    if (entry.action !== 'install' && (await isWhole(doors, wanted)))
      return cachePath(doors.context, wanted.pin.sha256);
    return (await fetchArtifact(doors, wanted)).path;
  } catch (error) {
    return failureOf(error);
  }
}

async function isWhole(doors: StoreDoors, { declaration, version, pin }: PinnedArtifact): Promise<boolean> {
  const path = releaseRoot(declaration).release(releaseName(version, pin.sha256));
  return (await judgeRelease(doors, path, 'hash', pin)).problems.length === 0;
}

/**
 * Ends switches that an earlier run left under way, before anything is planned. Answers what may not
 * simply be tried again, by name: a switch that is not proven, and a release that failed just now.
 */
export async function endEarlierSwitches(
  doors: StoreDoors,
  declared: readonly Declaration[],
): Promise<ReadonlyMap<string, { readonly release: string; readonly failure: Failure }>> {
  const ended = new Map<string, { release: string; failure: Failure }>();
  for (const declaration of declared) {
    const isPending = doors.context.files.stat(releaseRoot(declaration).pending) !== null;
    if (!isPending && leftovers(doors, declaration).length === 0) continue;
    const { name } = declaration;
    const reconciled = await withPrefixLock(doors, declaration, () => reconcile(doors, declaration));
    if (reconciled === null) continue;
    const { outcome, to: release, message } = reconciled;
    if (outcome === 'unproven') {
      const hint = `Look at the service. What valops knows: valops sync status ${name}`;
      ended.set(name, { release, failure: { code: 'SYNC_SWITCH_UNPROVEN', message, hint, exitStatus: 6 } });
    }
    if (outcome === 'taken-back') {
      const hint = againHint(`valops sync ${name} --retry`);
      ended.set(name, { release, failure: { code: 'SYNC_HEALTH_FAILED', message, hint, exitStatus: 5 } });
    }
  }
  return ended;
}
