import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { draftLines, parsed, publishLines } from './line-files.ts';
import { recordPath } from './places.ts';
import { headOf, type RecordHead } from './record.ts';

const line = z.strictObject({ what: z.enum(['sealed', 'card', 'key']), staged: z.string().check(z.regex(/^\//)) });

/** A file that may lie staged. */
export type Staged = z.infer<typeof line>;

/** What a transaction may have staged that replaced nothing yet. */
export interface StagingList extends RecordHead {
  /** Read anew each time. Throws RESEAL_RECORD_BROKEN. */
  readonly staged: Iterable<Staged>;
}

/** Writes down what is going to be staged, before any of it is. Throws FILE_UNWRITABLE, FILE_NOT_PROVEN; then there is no list. */
export async function writeStagingList(
  context: Context,
  head: RecordHead,
  staged: Iterable<Staged>,
): Promise<StagingList> {
  const path = recordPath(context, head.id, 'staging');
  const draft = await draftLines(context, path, linesOf(head, staged));
  try {
    publishLines(context, path);
  } catch (error) {
    removeStagingList(context, head.id);
    draft.discard();
    throw error;
  }
  draft.keep();
  return readStagingList(context, head.id);
}

async function* linesOf(head: RecordHead, staged: Iterable<Staged>): AsyncGenerator<string> {
  yield JSON.stringify(head);
  for (const { what, staged: name } of staged) yield JSON.stringify({ what, staged: name });
}

/** The list of a transaction. Throws RESEAL_RECORD_BROKEN, FILE_NOT_FOUND. */
export function readStagingList(context: Context, id: string): StagingList {
  const path = recordPath(context, id, 'staging');
  return { ...headOf(context, path, id), staged: { [Symbol.iterator]: () => stagedIn(context, path, id) } };
}

function* stagedIn(context: Context, path: string, id: string): Generator<Staged, void, undefined> {
  let isHead = true;
  for (const text of context.files.lines(path)) {
    if (!isHead) yield parsed(line, text, path, id);
    isHead = false;
  }
}

/** Forgets the list: nothing of it is staged any more, or the record has taken its place. */
export function removeStagingList(context: Context, id: string): void {
  context.files.remove(recordPath(context, id, 'staging'));
}
