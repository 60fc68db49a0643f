import { join } from 'node:path';
import type { Context } from '../core/context.ts';

/**
 * Runs `work` while no other run of this home makes or removes backups: two that replace one name at
 * a time would take each other's copies for damaged ones. Throws LOCK_BUSY and what `work` throws.
 */
export async function runAlone<T>(context: Context, work: () => Promise<T>): Promise<T> {
  const directory = join(context.home.path, 'backups');
  context.files.ensureDirectory(context.home.path, { mode: 0o700 });
  context.files.ensureDirectory(directory, { mode: 0o700 });
  const release = context.files.lock(join(directory, 'lock'));
  try {
    return await work();
  } finally {
    release();
  }
}
