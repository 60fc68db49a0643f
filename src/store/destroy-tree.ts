import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const zeros = new Uint8Array(64 * 1024);

/**
 * Overwrites every regular file below `path` with zeros, removes it, and removes the directories.
 * Links are removed, never followed. Meant for file systems in memory: on a disk, overwriting
 * proves nothing. Never throws; one entry that resists does not save the others.
 */
export function destroyTree(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    if (stat.isFile()) attempt(() => overwrite(path));
    attempt(() => unlinkSync(path));
    return;
  }
  // A generator may have taken its own directory's write permission away.
  attempt(() => chmodSync(path, 0o700));
  attempt(() => {
    for (const name of readdirSync(path)) destroyTree(join(path, name));
  });
  attempt(() => rmdirSync(path));
}

function overwrite(path: string): void {
  attempt(() => chmodSync(path, 0o600));
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    let left = fstatSync(fd).size;
    for (let at = 0; left > 0;) {
      const written = writeSync(fd, zeros, 0, Math.min(left, zeros.length), at);
      at += written;
      left -= written;
    }
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The rest of the tree still has to go.
  }
}
