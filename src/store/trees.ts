import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { WriteOptions } from '../core/files.ts';
import type { Trees } from '../core/trees.ts';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { syncDirectory } from './descriptor.ts';
import { readLink, replaceLink } from './links.ts';
import { withLockHeld } from './lock.ts';
import { readError } from './read-whole.ts';
import { fileError } from './system-error.ts';

/** The door to directories and links of this machine. */
export function createTrees(): Trees {
  return {
    createDirectory,
    renameDirectory,
    removeTree,
    readLink,
    replaceLink,
    walk: (path) => walkBelow(path, ''),
    setMode,
    freeSpace,
    withLock: (path, wait, work) => withLockHeld(path, { wait }, work),
  };
}

function createDirectory(path: string, options: WriteOptions): void {
  try {
    // For the owner alone until it is theirs: widening comes last.
    mkdirSync(path, { mode: options.mode & 0o700 });
    if (options.owner !== undefined) chownSync(path, options.owner.uid, options.owner.gid);
    chmodSync(path, options.mode);
    syncDirectory(dirname(path));
  } catch (error) {
    if (systemErrorCode(error) === 'EEXIST') throw existing(path, error);
    throw fileError('FILE_UNWRITABLE', 'make the directory', path, error);
  }
}

function renameDirectory(from: string, to: string): void {
  try {
    // rename(2) would silently take the place of an empty directory
    if (lstatSync(to, { throwIfNoEntry: false }) !== undefined) throw existing(to);
    renameSync(from, to);
    syncDirectory(dirname(to));
    if (dirname(from) !== dirname(to)) syncDirectory(dirname(from));
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EEXIST' || code === 'ENOTEMPTY') throw existing(to, error);
    throw fileError('FILE_UNWRITABLE', 'rename the directory', from, error);
  }
}

function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
    syncDirectory(dirname(path));
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw fileError('FILE_UNWRITABLE', 'remove', path, error);
  }
}

function walkBelow(root: string, below: string): readonly string[] {
  try {
    return readdirSync(join(root, below), { withFileTypes: true })
      .map((entry) => ({ name: `${below}${entry.name}`, isDirectory: entry.isDirectory() }))
      .flatMap(({ name, isDirectory }) => (isDirectory ? [`${name}/`, ...walkBelow(root, `${name}/`)] : [name]))
      .sort();
  } catch (error) {
    throw error instanceof ValopsError ? error : readError(join(root, below), error);
  }
}

function setMode(path: string, mode: number): void {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      fchmodSync(fd, mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'set the mode of', path, error);
  }
}

function freeSpace(path: string): number {
  try {
    const { bsize, bavail, bfree } = statfsSync(path);
    // file systems keep a reserve which only root may use
    return bsize * (process.geteuid?.() === 0 ? bfree : bavail);
  } catch (error) {
    const parent = dirname(path);
    const absent = ['ENOENT', 'ENOTDIR'].includes(systemErrorCode(error) ?? '');
    if (absent && parent !== path) return freeSpace(parent);
    throw fileError('FILE_UNREADABLE', 'ask for the free space of', path, error);
  }
}

function existing(path: string, cause?: unknown): ValopsError {
  return new ValopsError('FILE_EXISTS', `"${path}" exists already`, {
    hint: 'Look at what it is, and move it away.',
    cause,
  });
}
