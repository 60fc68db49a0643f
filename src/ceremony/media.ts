import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import type { HashedFile } from './evidence.ts';

/** Hashes files of any size. Throws FILE_NOT_FOUND, FILE_UNREADABLE. */
export async function hashFiles(context: Context, paths: readonly string[]): Promise<readonly HashedFile[]> {
  const hashed: HashedFile[] = [];
  for (const path of paths) {
    hashed.push({ path, ...(await digestFile(context, path)) });
  }
  return hashed;
}

/** All regular files below a directory, in the order of `LC_ALL=C sort`. Links are not followed. */
export function filesBelow(context: Context, directory: string): readonly string[] {
  const found = context.files.list(directory).flatMap((name): readonly string[] => {
    const path = join(directory, name);
    const type = context.files.stat(path)?.type;
    if (type === 'directory') return filesBelow(context, path);
    return type === 'file' ? [path] : [];
  });
  return found.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Throws CEREMONY_CHANGED naming every file that is not as it was hashed. */
export async function refuseChanged(context: Context, files: readonly HashedFile[]): Promise<void> {
  const changed: string[] = [];
  for (const { path, sha256 } of files) {
    const is = context.files.stat(path) === null ? null : (await hashFiles(context, [path]))[0]?.sha256;
    if (is !== sha256) changed.push(`"${path}" ${is === null ? 'is gone' : `has sha256 ${is}, expected ${sha256}`}`);
  }
  if (changed.length === 0) return;
  throw new ValopsError('CEREMONY_CHANGED', `since it was agreed to, this changed: ${changed.join('; ')}`, {
    hint: 'Find out what changed it; if you cannot, begin a new ceremony with other media.',
  });
}
