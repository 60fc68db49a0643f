import { ValopsError } from '../lib/errors.ts';
import { refuseBelowMinimum } from './downgrade.ts';
import type { PinnedArtifact } from './fetch.ts';
import { installRelease, type Installed } from './install.ts';
import { withPrefixLock } from './prefix-lock.ts';
import { removeReleases } from './prune.ts';
import { reconcile, type Reconciled } from './reconcile.ts';
import { releaseAt } from './release-at.ts';
import { releaseRoot } from './release-root.ts';
import { removeRelease } from './remove-release.ts';
import type { StoreDoors } from './safe-prefix.ts';
import { smokeCheck } from './smoke-check.ts';
import { switchRelease, type Switched } from './switch.ts';

/** What became of a pinned release. */
export interface Activated extends Switched {
  readonly name: string;
  readonly version: string;
  readonly how: Installed['how'];
  /** Releases that were removed, as more are there than are kept. */
  readonly removed: readonly string[];
  /** What an earlier run had left under way. */
  readonly reconciled: Reconciled | null;
}

/**
 * Installs a pinned release and makes it active: the whole changing part of `sync` for one binary.
 * Locks, reconciles, installs (or proves what is there), checks, switches, prunes; journals each.
 * `artifact` is the path of the pinned bytes, which the caller has compared with the pin.
 *
 * Throws SYNC_DOWNGRADE, SYNC_CHECK_FAILED (nothing is installed then that was not before) and what
 * `withPrefixLock`, `installRelease` and `switchRelease` throw; SYNC_SWITCH_UNPROVEN also for what an
 * earlier run left unproven when this one has nothing better to switch to.
 */
export async function activateRelease(doors: StoreDoors, wanted: PinnedArtifact, artifact: string): Promise<Activated> {
  const { declaration, version } = wanted;
  refuseBelowMinimum(declaration, version);
  return withPrefixLock(doors, declaration, async () => {
    const reconciled = await reconcile(doors, declaration);
    const { release, how } = await installRelease(doors, wanted, artifact);
    const isActive = doors.trees.readLink(releaseRoot(declaration).current) === release;
    if (isActive && how === 'reused' && reconciled?.outcome === 'unproven') {
      throw new ValopsError('SYNC_SWITCH_UNPROVEN', reconciled.message, {
        hint: `Look at the service now. What valops knows: valops sync status ${declaration.name}`,
      });
    }
    if (!isActive || how !== 'reused') {
      try {
        await smokeCheck(doors, declaration, releaseAt(doors, declaration, release));
      } catch (error) {
        if (how === 'new') removeRelease(doors, declaration, release);
        throw error;
      }
    }
    const switched = await switchRelease(doors, declaration, { release, kind: 'sync', repaired: how === 'repaired' });
    const { remove } = await removeReleases(doors, declaration, 'leave');
    return { name: declaration.name, version, how, ...switched, removed: remove, reconciled };
  });
}
