import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import type { Draft } from '../core/files.ts';
import { broken, draftLines, parsed } from './line-files.ts';
import { idsIn, recordDirectory, recordPath, type Phase } from './places.ts';

const digest = z.strictObject({
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  size: z.int().check(z.gte(0)),
});
const absolute = z.string().check(z.regex(/^\//));
const replacement = z.strictObject({
  what: z.enum(['sealed', 'card', 'key']),
  path: absolute,
  staged: absolute,
  stage: z.int().check(z.gte(0), z.lte(2)),
  before: z.nullable(digest),
  after: digest,
  set: z.nullable(z.int().check(z.gte(0))),
});
const head = z.strictObject({
  schema: z.literal('valops/reseal-record/1'),
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  action: z.enum(['reseal', 'keys.rotate']),
  environment: z.nullable(z.string()),
  startedAt: z.iso.datetime(),
  openedWith: z.array(z.string()),
  recipientSets: z.array(z.array(z.string())),
  tool: z.string(),
});
const end = z.strictObject({ replacements: z.int() });

/**
 * One file that takes the place of another. `staged` lies beside `path` until the rename; all of a stage are durable
 * before the next one begins. `before` is null where there was no file; `set` says which of `recipientSets` a sealed file
 * has afterwards.
 */
export type Replacement = z.infer<typeof replacement>;

/** What a record says from its beginning. */
export type RecordHead = z.infer<typeof head>;

/** The record of a transaction that is switching or done, 0600: a line of JSON for the head and for each replacement. */
export interface ResealRecord extends RecordHead {
  /** In the order of the renames; read anew each time. Throws RESEAL_RECORD_BROKEN. */
  readonly replacements: Iterable<Replacement>;
}

/** The records of this home in a phase, oldest first. Throws RESEAL_RECORD_BROKEN. */
export function readRecords(context: Context, phase: Phase): readonly ResealRecord[] {
  return idsIn(context, phase)
    .map((id) => readRecord(context, id, phase))
    .toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** One record. Throws RESEAL_RECORD_BROKEN, FILE_NOT_FOUND. */
export function readRecord(context: Context, id: string, phase: Phase): ResealRecord {
  const path = recordPath(context, id, phase);
  return {
    ...headOf(context, path, id),
    replacements: { [Symbol.iterator]: () => replacementsOf(context, path, id) },
  };
}

/** The head of a record or of a list of what is staged. Throws RESEAL_RECORD_BROKEN, FILE_NOT_FOUND. */
export function headOf(context: Context, path: string, id: string): RecordHead {
  for (const line of context.files.lines(path)) return parsed(head, line, path, id);
  throw broken(path, id);
}

function* replacementsOf(context: Context, path: string, id: string): Generator<Replacement, void, undefined> {
  let lines = 0;
  let stage = 0;
  let ended = false;
  for (const line of context.files.lines(path)) {
    if (ended) throw broken(path, id);
    if (lines++ === 0) continue;
    if (line.startsWith('{"replacements":')) {
      ended = parsed(end, line, path, id).replacements === lines - 2;
      if (!ended) throw broken(path, id);
      continue;
    }
    const one = parsed(replacement, line, path, id);
    if (one.stage < stage) throw broken(path, id);
    stage = one.stage;
    yield one;
  }
  if (!ended) throw broken(path, id);
}

/**
 * Writes a record while its replacements come, under a name that counts for nothing yet, and reads it back. They must
 * come in the order of their stages. Throws FILE_UNWRITABLE, FILE_NOT_PROVEN, and what `replacements` throws.
 */
export async function draftRecord(
  context: Context,
  head: RecordHead,
  replacements: AsyncIterable<Replacement>,
): Promise<Draft> {
  return draftLines(context, recordPath(context, head.id, 'switching'), linesOf(head, replacements));
}

async function* linesOf(head: RecordHead, replacements: AsyncIterable<Replacement>): AsyncGenerator<string> {
  yield JSON.stringify(head);
  let count = 0;
  for await (const one of replacements) {
    count++;
    yield JSON.stringify(one);
  }
  yield JSON.stringify({ replacements: count });
}

/** Says of a record that it is done, durably. Throws FILE_UNWRITABLE. */
export function publishDone(context: Context, id: string): void {
  context.files.rename(recordPath(context, id, 'switching'), recordPath(context, id, 'done'));
  context.files.syncDirectory(recordDirectory(context));
}
