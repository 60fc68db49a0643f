import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import type { Digest } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { digestOf } from './digest.ts';
import { readRecords, removeRecord, type Replacement, type ResealRecord } from './record.ts';
import { switchOver } from './switch-over.ts';

/** An earlier run that did not end, and what became of it. */
export interface Settled {
  readonly id: string;
  readonly action: ResealRecord['action'];
  readonly environment: string | null;
  readonly startedAt: string;
  /** `finished`: the new files took their places. `discarded`: nothing had been replaced, what was staged is gone. */
  readonly outcome: 'finished' | 'discarded';
  readonly files: number;
}

/** The records of runs that did not end. */
export function unfinishedRecords(context: Context): readonly ResealRecord[] {
  return readRecords(context).filter(({ phase }) => phase !== 'done');
}

/**
 * Ends what an earlier run left: finishes it where everything was staged and proven, else removes what was staged.
 * The caller holds the lock. Throws RESEAL_FILE_CHANGED when a file is neither the old nor the new one.
 */
export async function settleUnfinished(context: Context): Promise<readonly Settled[]> {
  const settled: Settled[] = [];
  for (const record of unfinishedRecords(context)) {
    const { id, action, environment, startedAt } = record;
    const files = record.replacements.filter(({ what }) => what === 'sealed').length;
    if (record.phase === 'staging') {
      for (const { staged } of record.replacements) context.files.remove(staged);
      removeRecord(context, id);
      settled.push({ id, action, environment, startedAt, outcome: 'discarded', files });
    } else {
      await journalled(
        context.journal,
        {
          action: `${action}.finish`,
          purpose: 'finish what an earlier run began',
          details: { transaction: id, files },
        },
        async () => {
          for (const replacement of record.replacements) await checkReplacement(context, record, replacement);
          switchOver(context, record);
        },
      );
      settled.push({ id, action, environment, startedAt, outcome: 'finished', files });
    }
  }
  return settled;
}

async function checkReplacement(context: Context, record: ResealRecord, replacement: Replacement): Promise<void> {
  const { path, staged, before, after } = replacement;
  const waiting = await digestOf(context, staged);
  const current = await digestOf(context, path);
  // a key file is replaced twice: by both keys, then by the new one
  const same = record.replacements.filter((other) => other.path === path);
  const has = (digests: readonly (Digest | null)[]): boolean => digests.some((digest) => isSame(digest, current));
  if (waiting === null) {
    if (has(same.map((other) => other.after))) return;
    throw changed(record, `"${path}" is not the file that was put there: expected sha256 ${after?.sha256}`, current);
  }
  if (!isSame(waiting, after)) {
    throw changed(record, `"${staged}" is not the file that was staged: expected sha256 ${after?.sha256}`, waiting);
  }
  if (has(same.flatMap((other) => [other.before, other.after]))) return;
  throw changed(record, `"${path}" was changed since: expected sha256 ${before?.sha256 ?? 'of no file'}`, current);
}

function isSame(a: Digest | null, b: Digest | null): boolean {
  return a?.sha256 === b?.sha256;
}

function changed(record: ResealRecord, problem: string, found: Digest | null): ValopsError {
  return new ValopsError(
    'RESEAL_FILE_CHANGED',
    `cannot finish the change of recipients ${record.id}: ${problem}, found ${found?.sha256 ?? 'none'}`,
    { hint: 'Put the file back as it was, from a copy, and run the command again: it is finished then.' },
  );
}
