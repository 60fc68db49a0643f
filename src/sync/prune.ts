import { journalled } from '../core/journal.ts';
import type { Declaration } from './declaration.ts';
import { previousRelease, readHistory } from './history.ts';
import { installedReleases } from './installed-releases.ts';
import { readPending } from './pending.ts';
import { withPrefixLock } from './prefix-lock.ts';
import { reconcile } from './reconcile.ts';
import { releaseRoot } from './release-root.ts';
import { removeRelease } from './remove-release.ts';
import { runningProcesses } from './running.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** What stays and what goes. */
export interface PrunePlan {
  readonly name: string;
  readonly keep: readonly { readonly release: string; readonly why: string }[];
  /** Releases, and those which were set aside as broken. */
  readonly remove: readonly string[];
  /** False when there are processes that could not be looked at: they may run from what goes. */
  readonly runningComplete: boolean;
}

/**
 * Keeps the `keep` newest releases and in any case the active one, the one before it, those of a switch
 * under way, and those that processes run from. What was set aside as broken is evidence: it goes only
 * when a person asks for it. Changes nothing.
 */
export function planPrune(
  doors: StoreDoors,
  declaration: Declaration,
  setAside: 'remove' | 'leave' = 'remove',
): PrunePlan {
  const { context, trees } = doors;
  const root = releaseRoot(declaration);
  const releases = installedReleases(doors, declaration).map(({ release }) => release);
  const active = trees.readLink(root.current);
  const pending = readPending(context, root);
  const previous = previousRelease(readHistory(context, root), active, new Set(releases));
  const { processes, complete } = runningProcesses(doors, declaration);
  const running = new Set(processes.map(({ release }) => release));
  const reasons: readonly (readonly [(release: string) => boolean, string])[] = [
    [(release) => release === active, 'active'],
    [(release) => release === pending?.from || release === pending?.to, 'a switch is under way'],
    [(release) => release === previous, 'what a rollback leads to'],
    [(release) => running.has(release), 'a process runs from it'],
  ];
  const needed = releases.flatMap((release) => {
    const why = reasons.find(([applies]) => applies(release))?.[1];
    return why === undefined ? [] : [{ release, why }];
  });
  const others = releases.filter((release) => needed.every((one) => one.release !== release));
  const room = Math.max(0, declaration.keep - needed.length);
  const aside =
    setAside === 'leave' ? [] : context.files.list(root.path).filter((name) => /^\.broken-[0-9a-f]{16}$/.test(name));
  return {
    name: declaration.name,
    keep: [...needed, ...others.slice(0, room).map((release) => ({ release, why: `of the ${declaration.keep} kept` }))],
    remove: [...others.slice(room), ...aside],
    runningComplete: complete,
  };
}

/** Removes what `planPrune` says, journalled. Runs under `withPrefixLock`. */
export async function removeReleases(
  doors: StoreDoors,
  declaration: Declaration,
  setAside: 'remove' | 'leave',
): Promise<PrunePlan> {
  const { context } = doors;
  const plan = planPrune(doors, declaration, setAside);
  if (plan.remove.length === 0) return plan;
  await journalled(
    context.journal,
    { action: 'sync.prune', purpose: declaration.name, details: { removed: plan.remove } },
    () => {
      for (const name of plan.remove) removeRelease(doors, declaration, name);
      return Promise.resolve();
    },
  );
  return plan;
}

/** `sync prune`: locks, reconciles, removes. Throws what those throw. */
export async function prune(doors: StoreDoors, declaration: Declaration): Promise<PrunePlan> {
  return withPrefixLock(doors, declaration, async () => {
    await reconcile(doors, declaration);
    return removeReleases(doors, declaration, 'remove');
  });
}
