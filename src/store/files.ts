import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import type { FileStat, Files, WriteOptions } from '../core/files.ts';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { syncDirectory } from './descriptor.ts';
import { openPart } from './part-file.ts';
import { openRandom } from './random-access.ts';
import { draftsOf, writeDraft } from './draft.ts';
import { holdsNoModes, refuseIrregular } from './final-name.ts';
import { readLines } from './lines.ts';
import { takeLock } from './lock.ts';
import { readStream } from './read-stream.ts';
import { readError, readWhole } from './read-whole.ts';
import { openSpool } from './spool.ts';
import { stageDirectory } from './staged-directory.ts';
import { stageFile, type RegisterUndo } from './staged-file.ts';
import { fileError } from './system-error.ts';
import { writeWhole } from './write-whole.ts';

const defaultLimit = 1024 * 1024;

/** Milliseconds in which a holder that is about to end may do so. */
const lockWait = 2000;

/**
 * The file door of this machine. Whole files are read and written synchronously, streams are not:
 * `cleanup` is told how to remove a staged file that a signal leaves unfinished.
 */
export function createFiles(cleanup: RegisterUndo = () => () => undefined): Files {
  return {
    read: (path, limit = defaultLimit) => readWhole(path, limit),
    stream: readStream,
    lines: readLines,
    stat: statName,
    list: listNames,
    ensureDirectory,
    create: (path, bytes, options) => writeWhole(path, bytes, options, 'exclusive'),
    replace: (path, bytes, options) => writeWhole(path, bytes, options, 'replace'),
    stage: (path, options) => stageFile(path, options, cleanup),
    stageDirectory: (path) => stageDirectory(path, ensureDirectory, cleanup),
    draft: (path, chunks, options) => writeDraft(path, chunks, options, cleanup),
    drafts: (paths) => draftsOf(paths, cleanup),
    spool: openSpool,
    rename: renameFile,
    syncDirectory: syncNames,
    lock: (path) => takeLock(path, { wait: lockWait }),
    remove: removeFile,
    isSame: isSameFile,
    openRandom,
    openPart,
    realPath,
  };
}

function statName(path: string): FileStat | null {
  try {
    const stat = lstatSync(path);
    return {
      type: typeOf(stat),
      mode: stat.mode & 0o7777,
      size: stat.size,
      uid: stat.uid,
      gid: stat.gid,
      links: stat.nlink,
      modifiedAt: stat.mtime,
    };
  } catch (error) {
    if (isAbsent(error)) return null;
    throw fileError('FILE_UNREADABLE', 'examine', path, error);
  }
}

function typeOf(stat: Stats): FileStat['type'] {
  if (stat.isFile()) return 'file';
  if (stat.isDirectory()) return 'directory';
  return stat.isSymbolicLink() ? 'link' : 'other';
}

function listNames(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw fileError('FILE_UNREADABLE', 'list', path, error);
  }
}

function ensureDirectory(path: string, options: WriteOptions): void {
  try {
    if (isDirectory(path)) return;
    const parent = dirname(path);
    if (parent !== path) ensureDirectory(parent, options);
    makeDirectory(path, options);
    syncDirectory(parent);
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'make the directory', path, error);
  }
}

function makeDirectory(path: string, options: WriteOptions): void {
  try {
    // For the owner alone until it is theirs: widening comes last.
    mkdirSync(path, { mode: options.mode & 0o700 });
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST' && isDirectory(path)) return;
    throw error;
  }
  if (options.owner !== undefined) chownSync(path, options.owner.uid, options.owner.gid);
  if ((lstatSync(path).mode & 0o7777) === options.mode) return;
  try {
    chmodSync(path, options.mode);
  } catch (error) {
    // A file system that holds no modes (FAT) refuses to change them even for the owner.
    if (!holdsNoModes.includes(systemErrorCode(error) ?? '')) throw error;
  }
}

function isDirectory(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) {
    throw new ValopsError('FILE_UNWRITABLE', `cannot make the directory "${path}": there is a file of that name`, {
      hint: 'Choose another directory, or move the file away.',
    });
  }
  return stat !== undefined;
}

function removeFile(path: string): void {
  try {
    unlinkSync(path);
    syncDirectory(dirname(path));
  } catch (error) {
    if (!isAbsent(error)) throw fileError('FILE_UNWRITABLE', 'remove', path, error);
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw readError(path, error);
  }
}

function renameFile(from: string, to: string): void {
  try {
    refuseIrregular(to);
    renameSync(from, to);
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'write', to, error);
  }
}

function syncNames(path: string): void {
  try {
    syncDirectory(path);
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'make durable what was written in', path, error);
  }
}

function isSameFile(a: string, b: string): boolean {
  try {
    const first = statSync(a, { bigint: true });
    const second = statSync(b, { bigint: true });
    return first.ino === second.ino && first.dev === second.dev;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw fileError('FILE_UNREADABLE', 'examine', a, error);
  }
}

function isAbsent(error: unknown): boolean {
  const code = systemErrorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
