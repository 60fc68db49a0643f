import { lstatSync, readlinkSync, renameSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { syncDirectory } from './descriptor.ts';
import { removeQuietly } from './final-name.ts';
import { fileError } from './system-error.ts';
import { removeStaleTemporaries, temporaryPath } from './temporary-file.ts';

/** The target as written in the link; null when there is no name. FILE_EXISTS when there is anything but a link. */
export function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === 'EINVAL') throw notLink(path, error);
    throw fileError('FILE_UNREADABLE', 'read the link', path, error);
  }
}

/**
 * Makes `path` a link to `target`: a new link beside it takes its name in one rename(2), so the name
 * never leads nowhere in between. FILE_EXISTS when anything but a link has the name.
 */
export function replaceLink(path: string, target: string): void {
  removeStaleTemporaries(path);
  const temporary = temporaryPath(path);
  try {
    const existing = lstatSync(path, { throwIfNoEntry: false });
    if (existing !== undefined && !existing.isSymbolicLink()) throw notLink(path);
    symlinkSync(target, temporary);
    renameSync(temporary, path);
    syncDirectory(dirname(path));
  } catch (error) {
    removeQuietly(temporary);
    throw fileError('FILE_UNWRITABLE', 'make the link', path, error);
  }
}

function notLink(path: string, cause?: unknown): ValopsError {
  return new ValopsError('FILE_EXISTS', `expected "${path}" to be a link or absent, found something else`, {
    hint: `Look at it and move it away: ls -ld '${path.replaceAll("'", String.raw`'\''`)}'`,
    cause,
  });
}
