import { ValopsError } from '../../lib/errors.ts';
import type { Faults } from './faults.ts';

/** A decompressor's own error as SYNC_ARCHIVE_INVALID; errors of ours (a file that went away) pass. */
export function unreadableAs(format: string, error: unknown, faults: Faults): ValopsError {
  if (error instanceof ValopsError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return faults.invalid(`is torn or damaged: its ${format} stream cannot be read (${reason})`, error);
}
