import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { fileError } from './system-error.ts';

/** Milliseconds to wait for the writer of a pipe (`-i <(pass show key)`). */
const pipePatience = 60_000;

/**
 * Reads a file, or a pipe somebody writes to, of at most `limit` bytes.
 *
 * Throws FILE_NOT_FOUND, FILE_UNREADABLE (also for directories and devices, and for a named pipe
 * without a writer, which would block for ever), FILE_TOO_LARGE.
 */
export function readWhole(path: string, limit: number): Uint8Array {
  let fd: number;
  try {
    // Without O_NONBLOCK the open itself would hang on a pipe that nobody writes to.
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw readError(path, error);
  }
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) throw unreadable(path, 'it is a directory');
    if (stat.isBlockDevice() || stat.isCharacterDevice()) throw unreadable(path, 'it is a device');
    if (stat.isFile() && stat.size > limit) throw tooLarge(path, limit);
    return readUpTo(fd, path, limit, stat.isFile() ? stat.size : 0, stat.isFIFO());
  } catch (error) {
    throw readError(path, error);
  } finally {
    closeSync(fd);
  }
}

/** FILE_NOT_FOUND or FILE_UNREADABLE for what the kernel answered about reading `path`. */
export function readError(path: string, error: unknown): ValopsError {
  return fileError(systemErrorCode(error) === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE', 'read', path, error);
}

function readUpTo(fd: number, path: string, limit: number, expected: number, isPipe: boolean): Uint8Array {
  let buffer = new Uint8Array(Math.min(limit, Math.max(expected, 4096)) + 1);
  let length = 0;
  for (;;) {
    if (length === buffer.length) {
      const larger = new Uint8Array(Math.min(limit + 1, buffer.length * 2));
      larger.set(buffer);
      buffer.fill(0);
      buffer = larger;
    }
    const got = isPipe
      ? readPipe(fd, path, buffer, length)
      : readSync(fd, buffer, length, buffer.length - length, null);
    if (got === 0) {
      if (isPipe && length === 0) throw unreadable(path, 'it is a pipe that nobody writes to');
      return buffer.subarray(0, length);
    }
    length += got;
    if (length > limit) {
      buffer.fill(0);
      throw tooLarge(path, limit);
    }
  }
}

function readPipe(fd: number, path: string, buffer: Uint8Array, offset: number): number {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; waited < pipePatience; waited += 5) {
    try {
      return readSync(fd, buffer, offset, buffer.length - offset, null);
    } catch (error) {
      if (systemErrorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(pause, 0, 0, 5);
    }
  }
  throw unreadable(path, `its writer sent nothing for ${pipePatience / 1000} seconds`);
}

function unreadable(path: string, reason: string): ValopsError {
  return new ValopsError('FILE_UNREADABLE', `cannot read "${path}": ${reason}`, {
    hint: 'Give the path of a regular file.',
  });
}

function tooLarge(path: string, limit: number): ValopsError {
  return new ValopsError('FILE_TOO_LARGE', `"${path}" is larger than ${limit} bytes, the most that is read here`, {
    hint: 'Check that this is the file you mean.',
  });
}
