import { closeSync, constants, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { systemErrorCode } from '../lib/errors.ts';

/** Writes all of `bytes` at the descriptor's position; a short write is continued. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  let done = 0;
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done);
}

/** Reads up to `into.length` bytes from `position` on; returns how many there were before the end. */
export function readFully(fd: number, into: Uint8Array, position: number): number {
  let done = 0;
  while (done < into.length) {
    const got = readSync(fd, into, done, into.length - done, position + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}

/** Makes the names in a directory durable (fsync(2): a file's own fsync does not cover its name). */
export function syncDirectory(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some network and FUSE file systems have no fsync for directories; there is nothing better to do.
    if (!['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(systemErrorCode(error) ?? '')) throw error;
  } finally {
    closeSync(fd);
  }
}
