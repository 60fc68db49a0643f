import { dirname, join } from 'node:path';
import { digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Pin } from './pin.ts';
import { readRecord, recordName, installedFiles, isRecordOf, type InstalledRecord } from './release.ts';
import { ownUid, type StoreDoors } from './safe-prefix.ts';
import { octal } from '../lib/octal.ts';

/** One thing that is not as it was installed. */
export interface ReleaseProblem {
  /** Relative to the release; `.` is the release itself. */
  readonly path: string;
  readonly problem:
    'missing' | 'extra' | 'type' | 'size' | 'bytes' | 'mode' | 'owner' | 'record' | 'link' | 'unreadable';
  readonly expected: string;
  readonly found: string;
}

/** What looking at a release showed. */
export interface ReleaseJudgement {
  /** Absent when there is none that can be read. */
  readonly installed?: InstalledRecord;
  /** Empty: everything that was looked at is as it was installed. */
  readonly problems: readonly ReleaseProblem[];
  /** Bytes that were hashed. */
  readonly bytes: number;
}

/**
 * Compares a release on disk with its record, and the record with the pin where one is given: every
 * name, type, size, mode and owner, and with `hash` every byte. Names beyond the record are problems.
 * Throws nothing for what a release may hold.
 */
export async function judgeRelease(
  doors: StoreDoors,
  directory: string,
  how: 'stat' | 'hash',
  pin?: Pick<Pin, 'sha256' | 'files'>,
): Promise<ReleaseJudgement> {
  const { files } = doors.context;
  const stat = files.stat(directory);
  if (stat?.type !== 'directory') {
    const problem = stat === null ? 'missing' : 'type';
    return { problems: [{ path: '.', problem, expected: 'directory', found: stat?.type ?? 'nothing' }], bytes: 0 };
  }
  const read = readRecord(files, directory);
  if (!read.known) {
    return { problems: [{ path: recordName, problem: 'record', expected: 'a record', found: read.reason }], bytes: 0 };
  }
  const { record } = read.value;
  const problems: ReleaseProblem[] = [];
  if (pin !== undefined && !isRecordOf(record, pin)) {
    problems.push({ path: recordName, problem: 'record', expected: 'what is pinned', found: 'something else' });
  }
  // the pin was reviewed, the record lies beside what it describes
  const wanted = pin === undefined ? record.files : installedFiles(pin);
  problems.push(...judgeNames(doors, directory, wanted));
  let bytes = 0;
  for (const [path, { size, sha256 }] of how === 'hash' ? Object.entries(wanted) : []) {
    if (problems.some((one) => one.path === path && ['missing', 'type', 'size'].includes(one.problem))) continue;
    const found = await hashOf(doors, join(directory, path));
    if (found !== sha256) problems.push({ path, problem: 'bytes', expected: sha256, found });
    bytes += size;
  }
  return { installed: read.value, problems, bytes };
}

function judgeNames(
  { context, trees }: StoreDoors,
  directory: string,
  wanted: InstalledRecord['record']['files'],
): readonly ReleaseProblem[] {
  const owners = [...new Set([0, ownUid(context)])];
  const directories = new Set(['.', ...Object.keys(wanted).flatMap(parents)]);
  const names = new Map<string, { mode: string; size?: number }>([
    [recordName, { mode: '0444' }],
    ...Object.entries(wanted),
    ...[...directories].map((path) => [path, { mode: '0755' }] as const),
  ]);
  const found = walk(trees, directory);
  if (typeof found === 'string') {
    return [{ path: '.', problem: 'unreadable', expected: 'a directory that can be listed', found }];
  }
  const problems: ReleaseProblem[] = found
    .filter((path) => !names.has(path))
    .map((path) => ({ path, problem: 'extra', expected: 'nothing', found: 'a name that was not installed' }));
  for (const [path, { mode, size }] of names) {
    const type = directories.has(path) ? 'directory' : 'file';
    const stat = context.files.stat(join(directory, path));
    const differs = (problem: ReleaseProblem['problem'], expected: string, actual: string): void => {
      if (expected !== actual) problems.push({ path, problem, expected, found: actual });
    };
    if (stat?.type !== type) {
      differs(stat === null ? 'missing' : 'type', type, stat?.type ?? 'nothing');
      continue;
    }
    differs('mode', mode, octal(stat.mode));
    if (size !== undefined) differs('size', String(size), String(stat.size));
    if (!owners.includes(stat.uid)) differs('owner', `user ${owners.join(' or ')}`, `user ${stat.uid}`);
  }
  return problems;
}

function walk(trees: StoreDoors['trees'], directory: string): readonly string[] | string {
  try {
    return trees.walk(directory).map((path) => path.replace(/\/$/, ''));
  } catch (error) {
    if (error instanceof ValopsError) return error.message;
    throw error;
  }
}

function parents(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === '.' ? [] : [parent, ...parents(parent)];
}

async function hashOf({ context }: StoreDoors, path: string): Promise<string> {
  try {
    return (await digestFile(context, path)).sha256;
  } catch (error) {
    if (error instanceof ValopsError) return error.message;
    throw error;
  }
}
