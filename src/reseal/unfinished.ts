import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import type { Digest } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { digestOf } from './digest.ts';
import { removeDrafts } from './line-files.ts';
import { idsIn } from './places.ts';
import { readRecords, type Replacement, type ResealRecord } from './record.ts';
import { readStagingList, removeStagingList } from './staging-list.ts';
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

/** The ids of runs that did not end. */
export function unfinishedIds(context: Context): readonly string[] {
  return [...stagingIds(context), ...idsIn(context, 'switching')];
}

/** Of runs that replaced nothing. A list stays where a run was stopped right after its record took its place. */
function stagingIds(context: Context): readonly string[] {
  const recorded = new Set([...idsIn(context, 'switching'), ...idsIn(context, 'done')]);
  return idsIn(context, 'staging').filter((id) => !recorded.has(id));
}

/**
 * Ends what an earlier run left: finishes it where everything was staged and proven, else removes what was staged.
 * The caller holds the lock. Throws RESEAL_FILE_CHANGED when a file is neither the old nor the new one.
 */
export async function settleUnfinished(context: Context): Promise<readonly Settled[]> {
  removeDrafts(context);
  const settled: Settled[] = stagingIds(context).map((id) => discard(context, id));
  for (const id of idsIn(context, 'staging')) removeStagingList(context, id);
  for (const record of readRecords(context, 'switching')) settled.push(await finish(context, record));
  return settled;
}

function discard(context: Context, id: string): Settled {
  const { action, environment, startedAt, staged } = readStagingList(context, id);
  let files = 0;
  for (const one of staged) {
    context.files.remove(one.staged);
    if (one.what === 'sealed') files++;
  }
  return { id, action, environment, startedAt, outcome: 'discarded', files };
}

async function finish(context: Context, record: ResealRecord): Promise<Settled> {
  const { id, action, environment, startedAt } = record;
  let files = 0;
  const keys: Replacement[] = [];
  for (const one of record.replacements) {
    if (one.what === 'sealed') files++;
    if (one.what === 'key') keys.push(one);
  }
  await journalled(
    context.journal,
    {
      action: `${action}.finish`,
      purpose: 'finish what an earlier run began',
      details: { transaction: id, files },
    },
    async () => {
      for (const replacement of record.replacements) await checkReplacement(context, record, keys, replacement);
      switchOver(context, record);
    },
  );
  return { id, action, environment, startedAt, outcome: 'finished', files };
}

async function checkReplacement(
  context: Context,
  record: ResealRecord,
  keys: readonly Replacement[],
  replacement: Replacement,
): Promise<void> {
  const { what, path, staged, before, after } = replacement;
  const waiting = await digestOf(context, staged);
  const current = await digestOf(context, path);
  // a key file is replaced twice: by both keys, then by the new one
  const same = what === 'key' ? keys.filter((other) => other.path === path) : [replacement];
  const has = (digests: readonly (Digest | null)[]): boolean => digests.some((digest) => isSame(digest, current));
  if (waiting === null) {
    if (has(same.map((other) => other.after))) return;
    throw changed(record, `"${path}" is not the file that was put there: expected sha256 ${after.sha256}`, current);
  }
  if (!isSame(waiting, after)) {
    throw changed(record, `"${staged}" is not the file that was staged: expected sha256 ${after.sha256}`, waiting);
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
