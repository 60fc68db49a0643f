import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { judgeRelease } from './judge-release.ts';
import { readPending, writePending, type PendingSwitch } from './pending.ts';
import { proveActive } from './prove-active.ts';
import { releaseAt } from './release-at.ts';
import { removeLeftovers } from './leftovers.ts';
import { releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';
import { settle } from './switch.ts';
import { switchBack } from './switch-back.ts';

/** How a switch that an earlier run left under way has ended now. */
export interface Reconciled {
  /**
   * `completed`: the new release is active and proven. `taken-back`: the old one is. `not-begun`: `current`
   * had not been replaced. `abandoned`: somebody else changed `current`. `unproven`: a person must look.
   */
  readonly outcome: 'completed' | 'taken-back' | 'not-begun' | 'abandoned' | 'unproven';
  readonly from: string | null;
  readonly to: string;
  /** One sentence for the operator. */
  readonly message: string;
}

/**
 * Ends what a killed or failed run left under way, and removes what it left half done; says so in
 * events and journal. Runs under `withPrefixLock`, at the start of everything that changes something.
 * With `back` a switch is taken back rather than completed. Null: nothing was under way.
 */
export async function reconcile(
  doors: StoreDoors,
  declaration: Declaration,
  prefer: 'forth' | 'back' = 'forth',
): Promise<Reconciled | null> {
  const { context } = doors;
  const pending = readPending(context, releaseRoot(declaration));
  const ended =
    pending === null
      ? null
      : await journalled(
          context.journal,
          {
            action: 'sync.reconcile',
            purpose: `${declaration.name} ${pending.from ?? 'nothing'} to ${pending.to}`,
            details: { id: pending.id, startedAt: pending.startedAt },
          },
          () => end(doors, declaration, pending, prefer),
          ({ outcome }) => ({ outcome }),
        );
  if (ended !== null) {
    const kind = ended.outcome === 'unproven' || ended.outcome === 'abandoned' ? 'warning' : 'note';
    context.events.emit({ kind, message: ended.message });
  }
  removeLeftovers(doors, declaration);
  return ended;
}

async function end(
  doors: StoreDoors,
  declaration: Declaration,
  pending: PendingSwitch,
  prefer: 'forth' | 'back',
): Promise<Reconciled> {
  const { context, trees } = doors;
  const root = releaseRoot(declaration);
  const { from, to } = pending;
  const begun = `the switch of "${declaration.name}" from ${from ?? 'nothing'} to ${to}, begun ${pending.startedAt},`;
  const active = trees.readLink(root.current);
  const as = (outcome: Reconciled['outcome'], what: string): Reconciled => ({
    outcome,
    from,
    to,
    message: `${begun} ${what}`,
  });
  if (pending.direction === 'forth' && active !== to && active === from) {
    context.files.remove(root.pending);
    return as('not-begun', `had not touched "current": ${from ?? 'nothing'} is active as before`);
  }
  if (active !== to && active?.startsWith('.repair-') === true) {
    context.files.remove(root.pending);
    return as('not-begun', 'was a repair that did not end: a whole copy of it is active until it is done again');
  }
  if (from === to && (await damageOf(doors, declaration, to)) !== undefined) {
    context.files.remove(root.pending);
    return as('not-begun', 'was a repair that had not begun: the damaged release is active as before');
  }
  if (active !== to && active !== from) {
    context.files.remove(root.pending);
    return as('abandoned', `is forgotten, as "current" leads to "${active}", which valops did not do`);
  }
  try {
    const mayGoBack = from !== null && pending.fromProven;
    const problem =
      pending.direction === 'back' || (prefer === 'back' && mayGoBack)
        ? pending.direction === 'back'
          ? 'it had failed then'
          : 'it was interrupted'
        : await problemOf(doors, declaration, to);
    if (problem !== undefined) return await switchBack(doors, declaration, pending, problem);
    // one that had been on its way back is on its way forth again from here
    writePending(context, root, { ...pending, direction: 'forth' });
    settle(doors, declaration, pending, releaseAt(doors, declaration, to));
    return as('completed', `is completed: ${to} is active and proven`);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    if (error.code === 'SYNC_HEALTH_FAILED') return as('taken-back', `was taken back: ${error.message}`);
    if (error.code === 'SYNC_SWITCH_UNPROVEN') return as('unproven', `is not proven: ${error.message}`);
    throw error;
  }
}

async function problemOf(doors: StoreDoors, declaration: Declaration, to: string): Promise<string | undefined> {
  const damage = await damageOf(doors, declaration, to);
  return damage ?? proveActive(doors, declaration, releaseAt(doors, declaration, to));
}

async function damageOf(doors: StoreDoors, declaration: Declaration, release: string): Promise<string | undefined> {
  const [first] = (await judgeRelease(doors, releaseRoot(declaration).release(release), 'hash')).problems;
  return first && `"${first.path}" of it: expected ${first.expected}, found ${first.found}`;
}
