import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import type { ResealRecord } from './record.ts';
import { writeRecord } from './record.ts';

/**
 * Completes the renames of a record in phase `switching`, and closes it. What was renamed before is left alone. It
 * never waits, so no signal comes between two renames. Throws FILE_UNWRITABLE; then the record stays as it is.
 */
export function switchOver(context: Context, record: ResealRecord): ResealRecord {
  for (const stage of [0, 1, 2]) {
    const replacements = record.replacements.filter((replacement) => replacement.stage === stage);
    for (const { staged, path } of replacements) {
      if (context.files.stat(staged) !== null) context.files.rename(staged, path);
    }
    syncDirectories(
      context,
      replacements.map(({ path }) => path),
    );
  }
  const done: ResealRecord = { ...record, phase: 'done', endedAt: context.clock.now().toISOString() };
  writeRecord(context, done);
  return done;
}

/** Makes the names of files durable, once for each directory. */
export function syncDirectories(context: Context, paths: readonly string[]): void {
  for (const directory of new Set(paths.map((path) => dirname(path)))) context.files.syncDirectory(directory);
}
