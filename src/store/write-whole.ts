import { closeSync, constants, fstatSync, fsyncSync, openSync } from 'node:fs';
import type { WriteOptions } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { readFully, writeFully } from './descriptor.ts';
import { giveFinalName, refuseExisting, refusePublic, removeQuietly, settleMode } from './final-name.ts';
import { fileError } from './system-error.ts';
import { removeStaleTemporaries, temporaryFlags, temporaryPath } from './temporary-file.ts';
import { octal } from '../lib/octal.ts';

/**
 * Writes `bytes` to a private file beside `path`, gives it owner, mode and name, and compares
 * what can then be read under that name, bytes and mode, with what was meant.
 *
 * Throws FILE_EXISTS, FILE_UNWRITABLE, FILE_NOT_PROVEN, FILE_NOT_PRIVATE. A difference of mode alone is accepted
 * where chmod(2) has no effect (FAT). After any throw of `exclusive`, nothing is under the name;
 * after one of `replace`, the old file is untouched unless it had already been replaced.
 */
export function writeWhole(path: string, bytes: Uint8Array, options: WriteOptions, how: 'exclusive' | 'replace'): void {
  removeStaleTemporaries(path);
  if (how === 'exclusive') refuseExisting(path);
  const temporary = temporaryPath(path);
  const mode = writeTemporary(temporary, path, bytes, options);
  giveFinalName(temporary, path, how);
  try {
    prove(path, bytes, mode);
  } catch (error) {
    if (how === 'exclusive') removeQuietly(path);
    throw error;
  }
}

function writeTemporary(temporary: string, target: string, bytes: Uint8Array, options: WriteOptions): number {
  let fd: number | undefined;
  try {
    fd = openSync(temporary, temporaryFlags, 0o600);
    refusePublic(fd, target, options);
    writeFully(fd, bytes);
    const mode = settleMode(fd, options);
    fsyncSync(fd);
    return mode;
  } catch (error) {
    if (fd !== undefined) removeQuietly(temporary);
    throw fileError('FILE_UNWRITABLE', 'write', target, error);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function prove(path: string, bytes: Uint8Array, mode: number): void {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!holds(fd, bytes)) throw notProven(path, `wrote ${bytes.length} bytes and read back different ones`);
      const actual = fstatSync(fd).mode & 0o7777;
      if (actual !== mode) throw notProven(path, `expected mode ${octal(mode)}, found ${octal(actual)}`);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw fileError('FILE_NOT_PROVEN', 'read back', path, error);
  }
}

/** Bytes that are read back at a time. */
const pieceSize = 256 * 1024;

function holds(fd: number, bytes: Uint8Array): boolean {
  const piece = new Uint8Array(Math.min(bytes.length + 1, pieceSize));
  try {
    for (let at = 0; ;) {
      const length = readFully(fd, piece, at);
      if (Buffer.compare(piece.subarray(0, length), bytes.subarray(at, at + length)) !== 0) return false;
      at += length;
      if (length < piece.length) return at === bytes.length;
    }
  } finally {
    piece.fill(0);
  }
}

function notProven(path: string, difference: string): ValopsError {
  return new ValopsError('FILE_NOT_PROVEN', `"${path}" was not proven: ${difference}`, {
    hint: 'Check the medium (dmesg), use another one, and make sure nothing else writes to this path.',
  });
}
