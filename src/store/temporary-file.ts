import { randomBytes } from 'node:crypto';
import { constants, lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { systemErrorCode } from '../lib/errors.ts';

/** File systems allow names of 255 bytes; the private part takes up to 30 of them. */
const longestStem = 220;

/** Open flags of a temporary file: a new one, never through a link. Its mode at open is 0600. */
export const temporaryFlags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** A private name beside `target` which says what process writes it: `.NAME.valops-PID-RANDOM`. */
export function temporaryPath(target: string): string {
  return join(dirname(target), `${stem(target)}${process.pid}-${randomBytes(4).toString('hex')}`);
}

/**
 * Removes the temporary files which processes that are gone left beside `target`. Only regular
 * files and links of our own user are touched; what cannot be removed is left.
 */
export function removeStaleTemporaries(target: string): void {
  for (const path of staleTemporaries(target)) {
    try {
      const stat = lstatSync(path);
      if ((stat.isFile() || stat.isSymbolicLink()) && stat.uid === process.geteuid?.()) unlinkSync(path);
    } catch {
      // Another writer cleaned up first, or the directory is not ours to change.
    }
  }
}

/** Paths of everything beside `target` that has a temporary name of a process which is gone. */
export function staleTemporaries(target: string): readonly string[] {
  const directory = dirname(target);
  const prefix = stem(target);
  return namesIn(directory)
    .filter((name) => {
      if (!name.startsWith(prefix)) return false;
      const pid = /^([1-9]\d{0,9})-[0-9a-f]{8}$/.exec(name.slice(prefix.length))?.[1];
      return pid !== undefined && !isAlive(Number(pid));
    })
    .map((name) => join(directory, name));
}

function stem(target: string): string {
  let name = basename(target);
  while (Buffer.byteLength(name) > longestStem) name = Array.from(name).slice(0, -1).join('');
  return `.${name}.valops-`;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== 'ESRCH';
  }
}
