import { join } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import { activeRelease } from './active-release.ts';
import type { Declaration } from './declaration.ts';
import { judgeRelease, type ReleaseProblem } from './judge-release.ts';
import { linkProblems } from './link-problems.ts';
import type { PinFile } from './pin.ts';
import { isLeftover, isReleaseName, pinnedRelease, releaseName, releaseRoot } from './release-root.ts';
import { safePrefix, type StoreDoors } from './safe-prefix.ts';

/** A release whose every byte was looked at. */
export interface VerifiedRelease {
  readonly release: string;
  readonly version: string | null;
  readonly active: boolean;
  /** Whether it was compared with valops.lock; otherwise with the record that was written when it was installed. */
  readonly pinned: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly problems: readonly ReleaseProblem[];
}

/** One binary in the document of `sync verify`. */
export interface VerifiedBinary {
  readonly name: string;
  readonly releases: readonly VerifiedRelease[];
  /** Of names beside the releases, of links and of the prefix; paths are relative to the prefix. */
  readonly problems: readonly ReleaseProblem[];
  /** Names of runs that were killed and of releases set aside; the next changing command or prune removes them. */
  readonly leftovers: readonly string[];
  readonly ok: boolean;
}

/**
 * Hashes every file of every installed release of a binary and compares bytes, sizes, modes, owners and
 * names; also `current`, the links in `<prefix>/bin`, and who may write to the prefix. Changes nothing
 * and takes no lock. Something not as it should be is a problem in the answer, not an error.
 */
export async function verifyInstalled(
  doors: StoreDoors,
  declaration: Declaration,
  pins: PinFile,
  platform: string,
): Promise<VerifiedBinary> {
  const { context } = doors;
  const { name, prefix } = declaration;
  const root = releaseRoot(declaration);
  const pin = pins.binaries[name]?.platforms[platform];
  const pinned = pinnedRelease(pins, name, platform);
  const active = activeRelease(doors, declaration);
  const names = context.files.list(root.path);
  const releases: VerifiedRelease[] = [];
  const problems: ReleaseProblem[] = [...placeProblems(doors, prefix), ...placeProblems(doors, root.path)];
  for (const release of names.filter((one) => isReleaseName(one) || one === active)) {
    const title = `verify ${name} ${release}`;
    context.events.emit({ kind: 'activity', title, state: 'start' });
    const judged = await judgeRelease(doors, root.release(release), 'hash', release === pinned ? pin : undefined);
    context.events.emit({ kind: 'activity', title, state: 'end' });
    const record = judged.installed?.record;
    releases.push({
      release,
      version: record?.version ?? null,
      active: release === active,
      pinned: release === pinned,
      files: Object.keys(record?.files ?? {}).length,
      bytes: judged.bytes,
      problems: [...judged.problems, ...nameProblem(release, name, record)],
    });
    if (release === active && record !== undefined) problems.push(...linkProblems(doors, declaration, record.files));
  }
  problems.push(...currentProblem(doors, declaration, active, releases.length > 0));
  const known = new Set([
    'current',
    'pending.json',
    'history.json',
    'held.json',
    ...releases.map(({ release }) => release),
  ]);
  const isLeft = (one: string): boolean => isLeftover(one) || /^\.broken-[0-9a-f]{16}$/.test(one);
  for (const path of names.filter((one) => !known.has(one) && !isLeft(one))) {
    problems.push({
      path: join(name, path),
      problem: 'extra',
      expected: 'nothing',
      found: 'a name valops did not make',
    });
  }
  return {
    name,
    releases,
    problems,
    leftovers: names.filter((one) => isLeft(one) && !known.has(one)),
    ok: problems.length === 0 && releases.every((one) => one.problems.length === 0),
  };
}

function placeProblems(doors: StoreDoors, path: string): readonly ReleaseProblem[] {
  try {
    safePrefix(doors, path);
    return [];
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return [{ path: '.', problem: 'owner', expected: 'a place only root may change', found: error.message }];
  }
}

/** A whole release under the name of another one would be activated for it. */
function nameProblem(
  release: string,
  name: string,
  record:
    { readonly name: string; readonly version: string; readonly artifact: { readonly sha256: string } } | undefined,
): readonly ReleaseProblem[] {
  if (record === undefined || !isReleaseName(release)) return [];
  const found = `${record.name}/${releaseName(record.version, record.artifact.sha256)}`;
  const expected = `${name}/${release}`;
  return found === expected ? [] : [{ path: '.', problem: 'record', expected, found }];
}

function currentProblem(
  doors: StoreDoors,
  declaration: Declaration,
  active: string | null,
  isInstalled: boolean,
): readonly ReleaseProblem[] {
  const root = releaseRoot(declaration);
  const path = join(declaration.name, 'current');
  if (active === null) {
    if (!isInstalled) return [];
    const found = doors.context.files.stat(root.current)?.type ?? 'nothing';
    return [{ path, problem: found === 'nothing' ? 'missing' : 'type', expected: 'a link to a release', found }];
  }
  const isThere = !active.includes('/') && doors.context.files.stat(root.release(active))?.type === 'directory';
  return isThere ? [] : [{ path, problem: 'link', expected: 'a link to a release', found: active }];
}
