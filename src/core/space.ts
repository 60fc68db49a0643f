import { dirname } from 'node:path';
import { ValopsError } from '../lib/errors.ts';
import type { Trees } from './trees.ts';

/** Throws SYNC_NO_SPACE when `size` more bytes do not fit beside `path`. */
export function requireSpace(trees: Pick<Trees, 'freeSpace'>, path: string, size: number): void {
  const directory = dirname(path);
  const free = trees.freeSpace(directory);
  if (free >= size) return;
  throw new ValopsError('SYNC_NO_SPACE', `"${directory}" has ${free} bytes free, ${size} are needed`, {
    hint: `Free some space on that file system and try again: df -h '${directory.replaceAll("'", String.raw`'\''`)}'`,
  });
}
