import { join } from 'node:path';
import type { Declaration } from './declaration.ts';
import { releaseRoot } from './release-root.ts';
import { safePrefix, type StoreDoors } from './safe-prefix.ts';

/** Milliseconds to wait for another run. */
const patience = 5000;

/**
 * Runs `work` while no other valops process changes anything below the prefix, which is made when it
 * is missing, as are the directories of the binary and of the links in it. Throws SYNC_UNSAFE_PREFIX,
 * LOCK_BUSY, FILE_UNWRITABLE and what `work` throws.
 */
export async function withPrefixLock<T>(
  doors: StoreDoors,
  declaration: Pick<Declaration, 'prefix' | 'name'>,
  work: () => Promise<T>,
): Promise<T> {
  const { files } = doors.context;
  const prefix = safePrefix(doors, declaration.prefix);
  files.ensureDirectory(prefix, { mode: 0o755 });
  for (const path of [releaseRoot(declaration).path, join(declaration.prefix, 'bin')]) {
    safePrefix(doors, path);
    files.ensureDirectory(path, { mode: 0o755 });
  }
  return doors.trees.withLock(join(prefix, '.valops.lock'), patience, work);
}
