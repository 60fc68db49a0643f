import { journalled } from '../core/journal.ts';
import { refuseTakenNames, settleBinLinks } from './bin-links.ts';
import type { Declaration } from './declaration.ts';
import { hold, unhold } from './held.ts';
import { addToHistory } from './history.ts';
import { judgeRelease } from './judge-release.ts';
import { removeLeftovers } from './leftovers.ts';
import { writePending, type PendingSwitch } from './pending.ts';
import { proveActive } from './prove-active.ts';
import { releaseArgv } from './release-command.ts';
import { releaseAt, type KnownRelease } from './release-at.ts';
import { releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';
import { switchBack } from './switch-back.ts';

/** What is to become active. The caller has verified every byte of it. */
export interface SwitchRequest {
  /** Name below the release root. */
  readonly release: string;
  readonly kind: PendingSwitch['kind'];
  /** The active release itself was repaired: what runs may be the broken one. */
  readonly repaired?: boolean;
}

/** What a switch did. */
export interface Switched {
  /** Null when nothing was active. */
  readonly from: string | null;
  readonly to: string;
  /** False when it was active already; nothing was restarted then. */
  readonly changed: boolean;
}

/**
 * Makes a release active, journalled: writes down what is about to happen, replaces `current` in one
 * rename, runs the restart hook and the health command, and only then forgets that it was under way.
 * Runs under `withPrefixLock`.
 *
 * Throws SYNC_HEALTH_FAILED when the new one failed and the old one is active and healthy again,
 * SYNC_SWITCH_UNPROVEN when a person must look, and before anything was changed: SYNC_RELEASE_BROKEN,
 * FILE_EXISTS (a name in `<prefix>/bin` is taken), CONFIG_INVALID (a hook that is no program).
 */
export async function switchRelease(
  doors: StoreDoors,
  declaration: Declaration,
  request: SwitchRequest,
): Promise<Switched> {
  const { context, trees } = doors;
  const root = releaseRoot(declaration);
  const to = releaseAt(doors, declaration, request.release);
  refuseTakenNames(doors, declaration, to.files);
  for (const command of [declaration.restart, declaration.health]) {
    if (command !== undefined) releaseArgv(doors, declaration, command, to);
  }
  const link = trees.readLink(root.current);
  const from = link !== null && /^(?:[0-9A-Za-z]|\.repair-)[^/]*$/.test(link) ? link : null;
  if (from === to.name && request.repaired !== true) {
    settleBinLinks(doors, declaration, to.files);
    return { from, to: to.name, changed: false };
  }
  const pending: PendingSwitch = {
    schema: 'valops/pending-switch/1',
    id: Buffer.from(context.randomBytes(8)).toString('hex'),
    kind: request.kind,
    from,
    to: to.name,
    fromProven: from !== null && from !== to.name && (await isProven(doors, declaration, from)),
    direction: 'forth',
    startedAt: context.clock.now().toISOString(),
  };
  return journalled(
    context.journal,
    {
      action: request.kind === 'rollback' ? 'sync.rollback' : 'sync.switch',
      purpose: `${declaration.name} ${from ?? 'nothing'} to ${to.name}`,
      details: { from, to: to.name, record: to.recordSha256, id: pending.id },
    },
    async () => {
      await goForth(doors, declaration, pending, to);
      return { from, to: to.name, changed: true };
    },
  );
}

async function goForth(
  doors: StoreDoors,
  declaration: Declaration,
  pending: PendingSwitch,
  to: KnownRelease,
): Promise<void> {
  const { context, trees } = doors;
  const root = releaseRoot(declaration);
  const takeBack = context.interruption.say(
    `The switch of "${declaration.name}" to ${to.name} is under way; the next "valops sync" completes it or takes it back.`,
  );
  if (pending.kind === 'rollback' && pending.from !== null) {
    hold(context, root, { release: pending.from, why: 'rolled-back', problem: '' });
  }
  writePending(context, root, pending);
  trees.replaceLink(root.current, to.name);
  const problem = await proveActive(doors, declaration, to);
  if (problem !== undefined) await switchBack(doors, declaration, pending, problem);
  settle(doors, declaration, pending, to);
  takeBack();
}

/** Records a proven switch and forgets that it was under way. Safe to run again after a crash in between. */
export function settle(doors: StoreDoors, declaration: Declaration, pending: PendingSwitch, to: KnownRelease): void {
  const root = releaseRoot(declaration);
  settleBinLinks(doors, declaration, to.files);
  addToHistory(doors.context, root, pending);
  unhold(doors.context, root, pending.to);
  doors.context.files.remove(root.pending);
  // the stand-in of a repair that was killed is not active any more
  removeLeftovers(doors, declaration);
}

async function isProven(doors: StoreDoors, declaration: Declaration, release: string): Promise<boolean> {
  const { problems } = await judgeRelease(doors, releaseRoot(declaration).release(release), 'hash');
  const [first] = problems;
  if (first === undefined) return true;
  doors.context.events.emit({
    kind: 'warning',
    message:
      `the active release "${release}" of "${declaration.name}" is not as it was installed ` +
      `("${first.path}": expected ${first.expected}, found ${first.found}), so there will be no way back to it`,
    hint: `See all of it: valops sync verify ${declaration.name}`,
  });
  return false;
}
