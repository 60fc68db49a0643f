import { activeRelease } from './active-release.ts';
import type { Declaration } from './declaration.ts';
import { type HeldRelease, readHeld } from './held.ts';
import { previousRelease, readHistory } from './history.ts';
import { installedReleases, type InstalledRelease } from './installed-releases.ts';
import { judgeRelease, type ReleaseProblem } from './judge-release.ts';
import { linkProblems } from './link-problems.ts';
import { readPending, type PendingSwitch } from './pending.ts';
import type { Pin, PinFile } from './pin.ts';
import { pinnedRelease, releaseRoot } from './release-root.ts';
import { runningProcesses, type RunningProcess } from './running.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** One binary in the document of `sync status`. */
export interface BinaryStatus {
  readonly name: string;
  /** Version that `valops.yaml` wants. */
  readonly declared: string;
  /** Pinned version for this platform; null without a pin. */
  readonly pinned: string | null;
  readonly pinnedRelease: string | null;
  /** Version of the active release; null when nothing is active or it cannot say. */
  readonly active: string | null;
  readonly activeRelease: string | null;
  /** What a rollback leads to. */
  readonly previous: string | null;
  /** Newest first. */
  readonly installed: readonly InstalledRelease[];
  /**
   * `unpinned`: no pin for this platform. `missing`: nothing is active. `drift`: the active release is not
   * as it was installed, or not what is pinned under its name. `outdated`: another release is active than
   * the pinned one, another version is pinned than the declared one, or a switch is not proven. The first
   * that applies.
   */
  readonly state: 'ok' | 'missing' | 'outdated' | 'drift' | 'unpinned';
  /** Of the active release and the links to it. */
  readonly problems: readonly ReleaseProblem[];
  /** A switch that the next changing command will end. */
  readonly pending: Pick<PendingSwitch, 'from' | 'to' | 'startedAt'> | null;
  /** Releases that `sync` does not switch to again by itself, the latest last. */
  readonly held: readonly HeldRelease[];
  /** Processes that run a program of it; `stale` when that is not the one that is active now. */
  readonly running: readonly (RunningProcess & { readonly stale: boolean })[];
  /** False when processes of other users could not be looked at. */
  readonly runningComplete: boolean;
}

/**
 * What is pinned, installed, active and running, from names, records and stat(2) alone: nothing is
 * hashed, nothing is changed, no lock is taken.
 */
export async function statusOf(
  doors: StoreDoors,
  declaration: Declaration,
  pins: PinFile,
  platform: string,
): Promise<BinaryStatus> {
  const { context } = doors;
  const root = releaseRoot(declaration);
  const binary = pins.binaries[declaration.name];
  const pin = binary?.platforms[platform];
  const pinned = pinnedRelease(pins, declaration.name, platform);
  const installed = installedReleases(doors, declaration);
  const active = activeRelease(doors, declaration);
  const { problems, version } = await judgeActive(doors, declaration, active, pinned, pin);
  const pending = readPending(context, root);
  const running = runningProcesses(doors, declaration);
  return {
    name: declaration.name,
    declared: declaration.version,
    pinned: pinned === null ? null : (binary?.version ?? null),
    pinnedRelease: pinned,
    active: version,
    activeRelease: active,
    previous: previousRelease(readHistory(context, root), active, new Set(installed.map(({ release }) => release))),
    installed,
    state: stateOf(pinned, active, problems, binary?.version === declaration.version && pending === null),
    problems,
    pending: pending === null ? null : { from: pending.from, to: pending.to, startedAt: pending.startedAt },
    held: readHeld(context, root).filter(({ release }) => release !== active),
    running: running.processes.map((one) => ({ ...one, stale: one.deleted || one.release !== active })),
    runningComplete: running.complete,
  };
}

function stateOf(
  pinned: string | null,
  active: string | null,
  problems: readonly ReleaseProblem[],
  isSettled: boolean,
): BinaryStatus['state'] {
  if (pinned === null) return 'unpinned';
  if (active === null) return 'missing';
  if (problems.length > 0)
    return problems.some(({ path, problem }) => path === '.' && problem === 'missing') ? 'missing' : 'drift';
  return active === pinned && isSettled ? 'ok' : 'outdated';
}

async function judgeActive(
  doors: StoreDoors,
  declaration: Declaration,
  active: string | null,
  pinned: string | null,
  pin: Pin | undefined,
): Promise<{ readonly problems: readonly ReleaseProblem[]; readonly version: string | null }> {
  if (active === null) return { problems: [], version: null };
  const path = releaseRoot(declaration).release(active);
  const judged = await judgeRelease(doors, path, 'stat', active === pinned ? pin : undefined);
  const links = judged.installed === undefined ? [] : linkProblems(doors, declaration, judged.installed.record.files);
  return { problems: [...judged.problems, ...links], version: judged.installed?.record.version ?? null };
}
