import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import type { Draft } from '../core/files.ts';
import { digestStream, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';

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

/**
 * How far a transaction is, told by the name of its record. `staging`: nothing was replaced yet, what is staged may be
 * removed. `switching`: everything is staged and proven, the renames must be completed. `done`: kept, for it tells who can
 * open what.
 */
export type Phase = 'staging' | 'switching' | 'done';

/** The record of a transaction that is switching or done, 0600: a line of JSON for the head and for each replacement. */
export interface ResealRecord extends RecordHead {
  readonly phase: Phase;
  /** In the order of the renames; read anew each time. Throws RESEAL_RECORD_BROKEN. */
  readonly replacements: Iterable<Replacement>;
}

/** The directory of the records. */
export function recordDirectory(context: Context): string {
  return join(context.home.path, 'reseal');
}

/** `$VALOPS_HOME/reseal/ID.jsonl` and, before it is done, `ID.switching.jsonl`; `ID.staging.jsonl` tells what may lie staged. */
export function recordPath(context: Context, id: string, phase: Phase): string {
  return join(recordDirectory(context), phase === 'done' ? `${id}.jsonl` : `${id}.${phase}.jsonl`);
}

/** The ids of all transactions of this home in a phase. */
export function idsIn(context: Context, phase: Phase): readonly string[] {
  const name = phase === 'done' ? /^([0-9a-f]{16})\.jsonl$/ : new RegExp(String.raw`^([0-9a-f]{16})\.${phase}\.jsonl$`);
  return context.files.list(recordDirectory(context)).flatMap((file) => name.exec(file)?.[1] ?? []);
}

/** The records of this home in these phases, oldest first. Throws RESEAL_RECORD_BROKEN. */
export function readRecords(context: Context, phases: readonly Phase[]): readonly ResealRecord[] {
  return phases
    .flatMap((phase) => idsIn(context, phase).map((id) => readRecord(context, id, phase)))
    .toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** One record. Throws RESEAL_RECORD_BROKEN, FILE_NOT_FOUND. */
export function readRecord(context: Context, id: string, phase: Phase): ResealRecord {
  const path = recordPath(context, id, phase);
  return {
    ...headOf(context, path, id),
    phase,
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

/** A line of a document of JSON lines. Throws RESEAL_RECORD_BROKEN. */
export function parsed<T>(schema: z.ZodMiniType<T>, line: string, path: string, id: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw broken(path, id, cause);
  }
  const result = schema.safeParse(value);
  if (!result.success) throw broken(path, id, result.error);
  return result.data;
}

function broken(path: string, id: string, cause?: unknown): ValopsError {
  return new ValopsError('RESEAL_RECORD_BROKEN', `"${path}" is not the record of a change of recipients`, {
    hint: `Look for files that end in ".resealed-${id}": without them nothing is unfinished, move the record away.`,
    ...(cause === undefined ? {} : { cause }),
  });
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

/** Lines as a draft of `path` beside it. `publishLines` gives it its name. */
export async function draftLines(context: Context, path: string, lines: AsyncIterable<string>): Promise<Draft> {
  const tap = new Tap();
  const draft = await context.files.draft(draftPath(path), tap.through(bytesOf(lines)), { mode: 0o600 });
  const { sha256 } = await digestStream(context.files.stream(draftPath(path)));
  if (sha256 === tap.digest().sha256) return draft;
  draft.discard();
  throw new ValopsError('FILE_NOT_PROVEN', `"${path}" is not what was written; nothing was replaced`, {
    hint: 'Check the disk (dmesg) and run the command again.',
  });
}

/** Gives a draft its name, durably. Throws FILE_UNWRITABLE; then it may have its name or not. */
export function publishLines(context: Context, path: string): void {
  context.files.rename(draftPath(path), path);
  context.files.syncDirectory(recordDirectory(context));
}

/** Says of a record that it is done, durably. Throws FILE_UNWRITABLE. */
export function publishDone(context: Context, id: string): void {
  context.files.rename(recordPath(context, id, 'switching'), recordPath(context, id, 'done'));
  context.files.syncDirectory(recordDirectory(context));
}

/** Removes drafts that a stopped run left. The caller holds the lock. */
export function removeDrafts(context: Context): void {
  for (const name of context.files.list(recordDirectory(context))) {
    if (name.endsWith('.jsonl.draft')) context.files.remove(join(recordDirectory(context), name));
  }
}

function draftPath(path: string): string {
  return `${path}.draft`;
}

/** Bytes that are gathered before they are written. */
const pieceSize = 64 * 1024;

async function* bytesOf(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const line of lines) {
    text += `${line}\n`;
    if (text.length < pieceSize) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** What a staged file is called; `again` for the second of a name. */
export function stagedName(path: string, id: string, again = false): string {
  return `${path}.resealed-${id}${again ? '-2' : ''}`;
}

/** Whether a name is one of `stagedName`. */
export function isStagedName(name: string): boolean {
  return /\.resealed-[0-9a-f]{16}(-2)?$/.test(name);
}
