import { ValopsError } from '../lib/errors.ts';

/** BACKUP_DAMAGED: the backup opens, and what is inside is not what belongs there. */
export function damaged(problem: string, cause?: unknown): ValopsError {
  return new ValopsError('BACKUP_DAMAGED', problem, {
    hint: 'Use another copy, or another backup: valops backup list',
    cause,
  });
}
