import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import type { Draft } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { publishLines } from './line-files.ts';
import { recordPath } from './places.ts';
import { draftRecord, readRecord, type RecordHead, type Replacement, type ResealRecord } from './record.ts';
import { removeStagingList, writeStagingList, type Staged, type StagingList } from './staging-list.ts';
import { switchOver, syncDirectories } from './switch-over.ts';

/** A piece of a transaction. */
export interface Work {
  /** All that it is going to stage. */
  readonly staged: Iterable<Staged>;
  /** Stages and proves, in the order of the stages. What it has staged when it throws is removed. */
  make(): AsyncIterable<Replacement>;
  /** Throws when somebody else wrote to what it replaces. */
  checkUntouched(): void;
}

/**
 * Replaces many files as one: all are staged and proven, then the record says so, then they are renamed. Whatever
 * happens before that sentence of the record leaves every file as it was; after it, the next run completes the renames.
 * `sealing` may be long and has but one stage, 1; `others` are short. The caller holds the lock.
 */
export async function transact(
  context: Context,
  head: RecordHead,
  sealing: Work,
  others: readonly Work[],
  onStaged: (bytes: number) => void,
): Promise<ResealRecord> {
  const works = [...others, sealing];
  const list = await writeStagingList(context, head, namesOf(works));
  // a signal removes what is staged, and the list of it last
  const staged = context.files.drafts(namesIn(context, list));
  const directories = new Set<string>();
  const noted = async function* (): AsyncGenerator<Replacement, void, undefined> {
    for await (const one of inStages(sealing, others)) {
      directories.add(dirname(one.staged));
      onStaged(one.after.size);
      yield one;
    }
  };
  let draft: Draft | undefined;
  try {
    draft = await draftRecord(context, head, noted());
    for (const work of works) work.checkUntouched();
    syncDirectories(context, directories);
  } catch (error) {
    draft?.discard();
    staged.discard();
    throw error;
  }
  return commit(context, head.id, draft, staged);
}

function* namesOf(works: readonly Work[]): Generator<Staged, void, undefined> {
  for (const { staged } of works) yield* staged;
}

function namesIn(context: Context, list: StagingList): Iterable<string> {
  return {
    *[Symbol.iterator]() {
      for (const { staged } of list.staged) yield staged;
      yield recordPath(context, list.id, 'staging');
    },
  };
}

async function* inStages(sealing: Work, others: readonly Work[]): AsyncGenerator<Replacement, void, undefined> {
  const few: Replacement[] = [];
  for (const work of others) for await (const one of work.make()) few.push(one);
  yield* few.filter(({ stage }) => stage === 0);
  yield* sealing.make();
  yield* few.filter(({ stage }) => stage > 0).toSorted((a, b) => a.stage - b.stage);
}

/** Never waits: a signal comes before it, when all is to be undone, or after it, when all is done. */
function commit(context: Context, id: string, draft: Draft, staged: Draft): ResealRecord {
  try {
    publishLines(context, recordPath(context, id, 'switching'));
  } catch (error) {
    // where the record has its name, the next run completes it
    if (context.files.stat(recordPath(context, id, 'switching')) === null) {
      draft.discard();
      staged.discard();
    } else {
      draft.keep();
      staged.keep();
    }
    throw error;
  }
  draft.keep();
  staged.keep();
  try {
    removeStagingList(context, id);
    return switchOver(context, readRecord(context, id, 'switching'));
  } catch (cause) {
    const reason = cause instanceof ValopsError ? cause.message : String(cause);
    throw new ValopsError('FILE_UNWRITABLE', `the change of recipients ${id} stopped half way: ${reason}`, {
      hint: 'Put that right and run the command again: it completes what is left. Each file opens as before or as planned.',
      cause,
    });
  }
}
