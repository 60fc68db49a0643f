import { spawnSync } from 'node:child_process';
import { closeSync, constants, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { fileError, systemReason } from './system-error.ts';

/** util-linux is essential on Debian and Ubuntu; the last directory is where NixOS has it. */
const programPath = '/usr/bin:/bin:/usr/local/bin:/run/current-system/sw/bin';

/** flock(1) exits with this status when the time was up. */
const timeUp = 75;

export interface LockOptions {
  /** Milliseconds to wait for another holder. */
  readonly wait: number;
  /** Where `flock` is looked for; PATH syntax. */
  readonly searchPath?: string;
}

/**
 * Runs `work` while this process alone holds the kernel's lock on the file `path`, which is made
 * (0600) when missing and never removed: a lock on an unlinked file would protect nothing.
 *
 * flock(2) locks belong to the open file description, so the lock that flock(1) takes on our
 * descriptor stays ours after that child has ended, and the kernel drops it when we die, however
 * that comes. The file holds the decimal pid of its last holder, for messages only.
 *
 * Throws LOCK_BUSY when the wait was in vain, LOCK_UNAVAILABLE when locking itself is impossible,
 * FILE_UNWRITABLE when the lock file cannot be opened, and whatever `work` throws.
 */
export function withLock<T>(path: string, options: LockOptions, work: () => T): T {
  const release = takeLock(path, options);
  try {
    return work();
  } finally {
    release();
  }
}

/** As `withLock`, until what it answers is called or the process ends. */
export function takeLock(path: string, options: LockOptions): () => void {
  const fd = openLockFile(path);
  try {
    if (!flock(fd, path, options)) throw busy(fd, path, options.wait);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  noteHolder(fd);
  return () => closeSync(fd);
}

/** As `withLock`, for work that takes its time: the lock is held until the promise settles. */
export async function withLockHeld<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const release = takeLock(path, options);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Takes the kernel's lock on an open file, without waiting; it holds until the file is closed.
 * `path` is for messages. Throws LOCK_BUSY, LOCK_UNAVAILABLE.
 */
export function lockOpenFile(fd: number, path: string): void {
  if (flock(fd, path, { wait: 0 })) return;
  throw new ValopsError('LOCK_BUSY', `another process is writing "${path}"`, {
    hint: `Wait until it has ended and try again. To see it: fuser -v '${path.replaceAll("'", String.raw`'\''`)}'`,
  });
}

function openLockFile(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'open the lock', path, error);
  }
}

/** False when the time was up. */
function flock(fd: number, path: string, options: LockOptions): boolean {
  const seconds = (options.wait / 1000).toFixed(3);
  const child = spawnSync('flock', ['-x', '-E', String(timeUp), '-w', seconds, '3'], {
    stdio: ['ignore', 'ignore', 'pipe', fd],
    env: { PATH: options.searchPath ?? programPath, LC_ALL: 'C' },
  });
  if (child.status === 0) return true;
  if (child.status === timeUp) return false;
  if (child.signal === 'SIGINT' || child.signal === 'SIGTERM') {
    throw new ValopsError('INTERRUPTED', `interrupted while waiting for the lock "${path}"`);
  }
  if (systemErrorCode(child.error) === 'ENOENT') {
    throw new ValopsError('LOCK_UNAVAILABLE', `cannot lock "${path}": the program "flock" is missing`, {
      hint: 'Install util-linux: apt-get install util-linux',
      cause: child.error,
    });
  }
  const reason = child.error === undefined ? child.stderr.toString().trim() : systemReason(child.error);
  throw new ValopsError('LOCK_UNAVAILABLE', `cannot lock "${path}": ${reason}`, {
    hint: 'Keep the state directory on a local file system.',
    cause: child.error,
  });
}

function noteHolder(fd: number): void {
  try {
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid}\n`, 0);
  } catch {
    // On a full disk the lock still holds; only the message of a waiting process is poorer.
  }
}

function busy(fd: number, path: string, wait: number): ValopsError {
  const buffer = Buffer.alloc(16);
  const pid = /^\d+/.exec(buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0)))?.[0];
  const holder = pid === undefined ? 'another process' : `process ${pid}`;
  return new ValopsError('LOCK_BUSY', `waited ${wait} ms for the lock "${path}", which ${holder} holds`, {
    hint: pid === undefined ? 'Wait until the other run has ended and try again.' : `See what holds it: ps -fp ${pid}`,
  });
}
