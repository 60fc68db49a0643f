import { activeRelease } from './active-release.ts';
import type { Declaration } from './declaration.ts';
import { refuseBelowMinimum } from './downgrade.ts';
import { type Failure, failureOf } from './failure.ts';
import type { PinnedArtifact } from './fetch.ts';
import { readHeld, refuseHeld } from './held.ts';
import { judgeRelease, type ReleaseJudgement } from './judge-release.ts';
import { linkProblems } from './link-problems.ts';
import { readPending } from './pending.ts';
import type { PinFile } from './pin.ts';
import { releaseName, releaseRoot } from './release-root.ts';
import { installedFiles } from './release.ts';
import { safePrefix, type StoreDoors } from './safe-prefix.ts';
import { pinnedFor } from './select.ts';
import { compareVersions } from './versions.ts';

/** Bytes whose hashing takes long enough that somebody may wonder: cron hears nothing of less. */
const worthTelling = 256 * 1024 * 1024;

/** What `sync` would do about one binary. */
export interface PlannedBinary {
  readonly name: string;
  /** The pinned version that is wanted; null when there is none. */
  readonly version: string | null;
  /** The active release, by its name; null without one. */
  readonly from: string | null;
  readonly to: string | null;
  /** `repair`: the pinned release is there or active, and is not as it was installed. */
  readonly action: 'none' | 'install' | 'switch' | 'repair' | 'refused';
  readonly reason: string;
  readonly warnings: readonly string[];
  readonly failure: Failure | null;
}

/** A planned binary with what is needed to do it; without `wanted` it is refused. */
export interface Planned {
  readonly entry: PlannedBinary;
  readonly declaration: Declaration;
  readonly wanted: PinnedArtifact | undefined;
}

/**
 * Compares the pins with what is installed, every byte of it, without changing anything. What may not be
 * installed is refused in its own entry; the others are planned all the same. With `retry` also what is held.
 */
export async function planSync(
  doors: StoreDoors,
  declared: readonly Declaration[],
  pins: PinFile,
  platform: string,
  { retry = false }: { readonly retry?: boolean } = {},
): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  for (const declaration of declared) planned.push(await planBinary(doors, declaration, pins, platform, retry));
  return planned;
}

async function planBinary(
  doors: StoreDoors,
  declaration: Declaration,
  pins: PinFile,
  platform: string,
  retry: boolean,
): Promise<Planned> {
  const { name } = declaration;
  const root = releaseRoot(declaration);
  let from: string | null = null;
  let to: string | null = null;
  try {
    safePrefix(doors, declaration.prefix);
    from = activeRelease(doors, declaration);
    const wanted = pinnedFor(declaration, pins, platform);
    refuseBelowMinimum(declaration, wanted.version);
    to = releaseName(wanted.version, wanted.pin.sha256);
    if (from !== to && !retry) refuseHeld(name, to, readHeld(doors.context, root));
    const isThere = doors.context.files.stat(root.release(to)) !== null;
    const judged = isThere ? await judgeInstalled(doors, wanted, to) : undefined;
    const links = from === to ? linkProblems(doors, declaration, installedFiles(wanted.pin)) : [];
    const problems = judged === undefined ? undefined : judged.problems.length + links.length;
    const entry = { name, version: wanted.version, from, to, warnings: warningsOf(from, wanted), failure: null };
    const isUnproven = readPending(doors.context, root) !== null;
    return { declaration, wanted, entry: { ...entry, ...actionOf(from, to, problems, isUnproven) } };
  } catch (error) {
    const failure = failureOf(error);
    const version = pins.binaries[name]?.version ?? null;
    return {
      declaration,
      wanted: undefined,
      entry: { name, version, from, to, action: 'refused', reason: failure.message, warnings: [], failure },
    };
  }
}

/** A damaged disk or a careful hand leaves size, mode and name as they were: only hashing shows that. */
async function judgeInstalled(
  doors: StoreDoors,
  { declaration, pin }: PinnedArtifact,
  release: string,
): Promise<ReleaseJudgement> {
  const size = Object.values(pin.files).reduce((sum, file) => sum + file.size, 0);
  const say = (state: 'start' | 'end'): void => {
    const title = `verify ${declaration.name} ${release}`;
    if (size >= worthTelling) doors.context.events.emit({ kind: 'activity', title, state });
  };
  say('start');
  try {
    return await judgeRelease(doors, releaseRoot(declaration).release(release), 'hash', pin);
  } finally {
    say('end');
  }
}

function actionOf(
  from: string | null,
  to: string,
  problems: number | undefined,
  isUnproven: boolean,
): Pick<PlannedBinary, 'action' | 'reason'> {
  if (problems !== undefined && problems > 0) {
    return { action: 'repair', reason: `installed, but different from its pin in ${problems} places` };
  }
  if (from === to && problems === undefined) return { action: 'repair', reason: 'active, but not there any more' };
  if (from === to && isUnproven) return { action: 'switch', reason: 'active, but an interrupted switch is not proven' };
  if (from === to) return { action: 'none', reason: 'the pinned release is active, every byte as pinned' };
  if (problems === 0) return { action: 'switch', reason: 'installed already, not active' };
  return { action: 'install', reason: from === null ? 'nothing of it is installed' : 'another release is active' };
}

function warningsOf(from: string | null, { version }: PinnedArtifact): readonly string[] {
  const active = from?.slice(0, -13);
  if (active === undefined || compareVersions(version, active) >= 0) return [];
  return [`${version} is older than ${active}, which is active: this is a downgrade`];
}
