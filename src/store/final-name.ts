import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  linkSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { WriteOptions } from '../core/files.ts';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { syncDirectory } from './descriptor.ts';
import { fileError } from './system-error.ts';
import { octal } from '../lib/octal.ts';

/** What link(2) answers on file systems without hard links (FAT, exFAT, some FUSE and SMB). */
const noHardLinks: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** What chmod(2) answers, even to the owner, where the file system holds no modes. */
export const holdsNoModes: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Throws FILE_NOT_PRIVATE when a new file, which was opened for its owner alone, is shown to others all the
 * same and is to hold a secret: there, the mount options decide.
 */
export function refusePublic(fd: number, target: string, { mode, secret }: WriteOptions): void {
  if (secret !== true) return;
  const shown = fstatSync(fd).mode & 0o7777;
  if ((shown & 0o077 & ~mode) === 0) return;
  const bits = octal(shown);
  throw new ValopsError(
    'FILE_NOT_PRIVATE',
    `"${target}" would not be private: its file system gives every file mode ${bits}`,
    {
      hint: 'Choose a place on a file system that keeps modes, or mount that one for its owner alone: fmask=0177,dmask=0077.',
    },
  );
}

/**
 * Gives an open file its final owner and mode, owner first so that no group sees it early.
 * Returns the mode the file then has: another one than asked for only where chmod(2) has no
 * effect even for the file's owner, as on FAT, whose modes come from the mount options.
 */
export function settleMode(fd: number, options: WriteOptions): number {
  if (options.owner !== undefined) fchownSync(fd, options.owner.uid, options.owner.gid);
  try {
    fchmodSync(fd, options.mode);
  } catch (error) {
    if (!holdsNoModes.includes(systemErrorCode(error) ?? '')) throw error;
  }
  return fstatSync(fd).mode & 0o7777;
}

/**
 * Moves a finished temporary file to its final name and makes the name durable.
 *
 * `exclusive` throws FILE_EXISTS when there is anything under the name; `replace` throws
 * FILE_UNWRITABLE for anything there but a regular file. After a throw, `temporary` and whatever
 * this call put under `target` are gone.
 */
export function giveFinalName(temporary: string, target: string, how: 'exclusive' | 'replace'): void {
  let placed = false;
  try {
    if (how === 'exclusive') {
      placeExclusively(temporary, target);
      placed = true;
    } else {
      refuseIrregular(target);
      renameSync(temporary, target);
    }
    syncDirectory(dirname(target));
  } catch (error) {
    removeQuietly(temporary);
    if (placed) removeQuietly(target);
    throw fileError('FILE_UNWRITABLE', 'write', target, error);
  }
}

/** Throws FILE_EXISTS when there is anything under the name: an early answer, `giveFinalName` decides. */
export function refuseExisting(target: string): void {
  try {
    if (lstatSync(target, { throwIfNoEntry: false }) === undefined) return;
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'write', target, error);
  }
  throw existsError(target);
}

/** Removes a name if it is there; never throws. */
export function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or the file system will not let it go: the error being reported matters more.
  }
}

function placeExclusively(temporary: string, target: string): void {
  try {
    linkSync(temporary, target);
  } catch (error) {
    const code = systemErrorCode(error) ?? '';
    if (code === 'EEXIST') throw existsError(target, error);
    if (!noHardLinks.includes(code)) throw error;
    placeWithoutLinks(temporary, target);
    return;
  }
  try {
    unlinkSync(temporary);
  } catch (error) {
    removeQuietly(target);
    throw error;
  }
}

/**
 * Without hard links the name is first reserved by an exclusive create, then the whole file
 * takes the place of that empty reservation: a power cut in between leaves an empty file,
 * never a part of one.
 */
function placeWithoutLinks(temporary: string, target: string): void {
  const fd = openReservation(target);
  try {
    const reserved = fstatSync(fd, { bigint: true });
    const named = lstatSync(target, { bigint: true });
    if (named.ino !== reserved.ino || named.size !== 0n) throw existsError(target);
    renameSync(temporary, target);
  } catch (error) {
    if (!(error instanceof ValopsError)) removeQuietly(target);
    throw error;
  } finally {
    closeSync(fd);
  }
}

function openReservation(target: string): number {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    return openSync(target, flags, 0o600);
  } catch (error) {
    throw systemErrorCode(error) === 'EEXIST' ? existsError(target, error) : error;
  }
}

/** Throws FILE_UNWRITABLE when there is anything but a regular file under the name. */
export function refuseIrregular(target: string): void {
  const stat = lstatSync(target, { throwIfNoEntry: false });
  if (stat === undefined || stat.isFile()) return;
  if (stat.isSymbolicLink()) {
    throw new ValopsError('FILE_UNWRITABLE', `cannot write "${target}": it is a symbolic link`, {
      hint: `Name the file it leads to instead: readlink -f '${target.replaceAll("'", String.raw`'\''`)}'`,
    });
  }
  throw new ValopsError('FILE_UNWRITABLE', `cannot write "${target}": it is not a regular file`, {
    hint: 'Choose the name of a file.',
  });
}

/** FILE_EXISTS for a name that is taken. */
export function existsError(target: string, cause?: unknown): ValopsError {
  return new ValopsError('FILE_EXISTS', `"${target}" exists already`, {
    hint: 'Choose another name, or move the existing file away.',
    cause,
  });
}
