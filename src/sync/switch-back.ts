import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { againHint, hold, unhold } from './held.ts';
import { writePending, type PendingSwitch } from './pending.ts';
import { proveActive } from './prove-active.ts';
import { releaseAt } from './release-at.ts';
import { releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';

/**
 * Leads `current` back to the release that was active, restarts and proves that one. Always throws:
 * SYNC_HEALTH_FAILED when it is active and healthy again, SYNC_SWITCH_UNPROVEN otherwise (the switch
 * then stays written down, and the next run tries again). A release that failed after a sync is held.
 */
export async function switchBack(
  doors: StoreDoors,
  declaration: Declaration,
  pending: PendingSwitch,
  problem: string,
): Promise<never> {
  const { context, trees } = doors;
  const { name } = declaration;
  const root = releaseRoot(declaration);
  const { from, to } = pending;
  if (from === null || !pending.fromProven) {
    const why = from === null ? 'nothing was active before' : `"${from}" is not as it was installed`;
    throw unproven(name, `"${name}" ${to} failed after the switch and stays active, as ${why}: ${problem}`);
  }
  writePending(context, root, { ...pending, direction: 'back' });
  trees.replaceLink(root.current, from);
  const stillBad = await proveActive(doors, declaration, releaseAt(doors, declaration, from));
  if (stillBad !== undefined) {
    throw unproven(
      name,
      `"${name}" ${to} failed after the switch (${problem}); "current" leads to ${from} again, but that is not proven either: ${stillBad}`,
    );
  }
  // only a sync is begun again by itself; where a rollback led, nobody goes but a person
  if (pending.kind === 'sync') {
    hold(context, root, { release: to, why: 'failed', problem: problem.replaceAll('\n', ' ') });
  } else unhold(context, root, from);
  context.files.remove(root.pending);
  const again = pending.kind === 'sync' ? `valops sync ${name} --retry` : `valops sync rollback ${name}`;
  throw new ValopsError(
    'SYNC_HEALTH_FAILED',
    `"${name}" ${to} failed after the switch and ${from} is active again: ${problem}`,
    { hint: againHint(again) },
  );
}

function unproven(name: string, message: string): ValopsError {
  return new ValopsError('SYNC_SWITCH_UNPROVEN', message, {
    hint: `Look at the service now. What valops knows: valops sync status ${name}`,
  });
}
