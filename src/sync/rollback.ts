import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { refuseBelowMinimum } from './downgrade.ts';
import { hold } from './held.ts';
import { previousRelease, readHistory } from './history.ts';
import { installedReleases } from './installed-releases.ts';
import { judgeRelease } from './judge-release.ts';
import { withPrefixLock } from './prefix-lock.ts';
import { reconcile, type Reconciled } from './reconcile.ts';
import { releaseAt } from './release-at.ts';
import { releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';
import { smokeCheck } from './smoke-check.ts';
import { switchRelease } from './switch.ts';

/** What a rollback did, or would do. */
export interface RolledBack {
  readonly name: string;
  readonly from: string | null;
  readonly to: string;
  /** Version of `to`. */
  readonly version: string;
  /** A switch that was under way, and taking it back was the rollback. */
  readonly reconciled: Reconciled | null;
}

/** The release a rollback would lead to. Throws SYNC_NO_RELEASE and SYNC_DOWNGRADE. Changes nothing. */
export function planRollback(doors: StoreDoors, declaration: Declaration): Omit<RolledBack, 'reconciled'> {
  const { name } = declaration;
  const root = releaseRoot(declaration);
  const from = doors.trees.readLink(root.current);
  const installed = installedReleases(doors, declaration).map(({ release }) => release);
  const to = previousRelease(readHistory(doors.context, root), from, new Set(installed));
  if (to === null) {
    const there = installed.filter((release) => release !== from);
    throw new ValopsError(
      'SYNC_NO_RELEASE',
      `no release of "${name}" is known to have been active before ${from ?? 'this'}, so there is none to go back to`,
      {
        hint:
          there.length === 0
            ? `Pin an older version and sync: valops sync pin ${name} VERSION`
            : `Also installed: ${there.join(', ')}. To make one active, pin its version and sync: valops sync pin ${name} VERSION`,
      },
    );
  }
  const { version } = releaseAt(doors, declaration, to);
  refuseBelowMinimum(declaration, version);
  return { name, from, to, version };
}

/**
 * Goes back to the release that was active before, without a network: every byte of it is verified
 * first, then it is checked and switched to like a new one. A switch that was under way is taken back
 * instead. Locks, reconciles, journals.
 *
 * Throws SYNC_NO_RELEASE, SYNC_DOWNGRADE, SYNC_RELEASE_BROKEN and what `smokeCheck` and `switchRelease` throw.
 */
export async function rollback(doors: StoreDoors, declaration: Declaration): Promise<RolledBack> {
  const { name } = declaration;
  return withPrefixLock(doors, declaration, async () => {
    const reconciled = await reconcile(doors, declaration, 'back');
    if (reconciled?.outcome === 'unproven') {
      throw new ValopsError('SYNC_SWITCH_UNPROVEN', reconciled.message, {
        hint: `Look at the service now. What valops knows: valops sync status ${name}`,
      });
    }
    if (reconciled?.from != null && ['taken-back', 'not-begun'].includes(reconciled.outcome)) {
      const { from } = reconciled;
      // whoever rolls it back does not want it begun again
      if (reconciled.outcome === 'not-begun' && reconciled.to !== from) {
        hold(doors.context, releaseRoot(declaration), { release: reconciled.to, why: 'rolled-back', problem: '' });
      }
      const { version } = releaseAt(doors, declaration, from);
      return { name, from: reconciled.to, to: from, version, reconciled };
    }
    const planned = planRollback(doors, declaration);
    const release = releaseAt(doors, declaration, planned.to);
    const [first] = (await judgeRelease(doors, release.path, 'hash')).problems;
    if (first !== undefined) {
      throw new ValopsError(
        'SYNC_RELEASE_BROKEN',
        `release "${planned.to}" of "${name}" is not as it was installed, and stays inactive: "${first.path}" (${first.problem}): ` +
          `expected ${first.expected}, found ${first.found}`,
        { hint: `See all of it: valops sync verify ${name}` },
      );
    }
    await smokeCheck(doors, declaration, release);
    await switchRelease(doors, declaration, { release: planned.to, kind: 'rollback' });
    return { ...planned, reconciled };
  });
}
