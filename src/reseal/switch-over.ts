import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import { publishDone, readRecord, type ResealRecord } from './record.ts';

/**
 * Completes the renames of a record that is switching, and closes it. What was renamed before is left alone. It never
 * waits, so no signal comes between two renames. Throws FILE_UNWRITABLE, RESEAL_RECORD_BROKEN; then the record stays as it is.
 */
export function switchOver(context: Context, { id, replacements }: ResealRecord): ResealRecord {
  let current = 0;
  const directories = new Set<string>();
  for (const { stage, staged, path } of replacements) {
    if (stage !== current) {
      syncDirectories(context, directories);
      directories.clear();
      current = stage;
    }
    if (context.files.stat(staged) !== null) context.files.rename(staged, path);
    directories.add(dirname(path));
  }
  syncDirectories(context, directories);
  publishDone(context, id);
  return readRecord(context, id, 'done');
}

/** Makes the names in directories durable. */
export function syncDirectories(context: Context, directories: Iterable<string>): void {
  for (const directory of directories) context.files.syncDirectory(directory);
}
