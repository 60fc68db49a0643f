import { closeSync, constants, fchmodSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { syncDirectory } from './descriptor.ts';
import { fileError, systemReason } from './system-error.ts';

/**
 * Runs `work` with the journal open for reading and appending, made with mode 0600 when it is
 * missing. Throws JOURNAL_UNWRITABLE for what the system refuses, and what `work` throws.
 */
export function withJournalFile<T>(path: string, work: (fd: number) => T): T {
  let fd: number | undefined;
  try {
    fd = openJournal(path);
    return work(fd);
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** Runs `work` with the journal open for reading; null where there is none. Throws FILE_UNREADABLE, and what `work` throws. */
export function readJournalFile<T>(path: string, work: (fd: number) => T): T | null {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return work(fd);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw fileError('FILE_UNREADABLE', 'read', path, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/**
 * Appends bytes in one write(2) and makes them durable. When the system takes only a part of
 * them (full disk), the file is cut back to what it was. The caller holds the lock.
 */
export function appendDurably(fd: number, bytes: Uint8Array): void {
  const { size } = fstatSync(fd);
  try {
    const written = writeSync(fd, bytes);
    if (written < bytes.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
    fsyncSync(fd);
  } catch (error) {
    ftruncateSync(fd, size);
    throw error;
  }
}

/** JOURNAL_UNWRITABLE for a system error or FILE_UNWRITABLE; any other ValopsError is returned as it is. */
export function unwritable(path: string, error: unknown): unknown {
  if (error instanceof ValopsError && error.code !== 'FILE_UNWRITABLE') return error;
  if (!(error instanceof ValopsError) && systemErrorCode(error) === undefined) return error;
  const reason = error instanceof ValopsError ? error.message : systemReason(error);
  return new ValopsError('JOURNAL_UNWRITABLE', `cannot write the journal "${path}": ${reason}`, {
    hint: 'Nothing is done with keys without a journal entry: make the journal writable and try again.',
    cause: error,
  });
}

function openJournal(path: string): number {
  const flags = constants.O_RDWR | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let fd: number;
  try {
    fd = openSync(path, flags);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error;
    fd = openSync(path, flags | constants.O_CREAT | constants.O_EXCL, 0o600);
    fchmodSync(fd, 0o600);
    syncDirectory(dirname(path));
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw Object.assign(new Error('not a regular file'), { code: 'EINVAL' });
}
