import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { decodeJson } from '../lib/json-document.ts';

const digest = z.strictObject({
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  size: z.int().check(z.gte(0)),
});
const replacement = z.strictObject({
  what: z.enum(['sealed', 'card', 'key']),
  path: z.string().check(z.regex(/^\//)),
  staged: z.string().check(z.regex(/^\//)),
  stage: z.int().check(z.gte(0), z.lte(2)),
  before: z.nullable(digest),
  after: z.nullable(digest),
  set: z.nullable(z.int().check(z.gte(0))),
});
const record = z.strictObject({
  schema: z.literal('valops/reseal-record/1'),
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  action: z.enum(['reseal', 'keys.rotate']),
  environment: z.nullable(z.string()),
  phase: z.enum(['staging', 'switching', 'done']),
  startedAt: z.iso.datetime(),
  endedAt: z.nullable(z.iso.datetime()),
  openedWith: z.array(z.string()),
  recipientSets: z.array(z.array(z.string())),
  replacements: z.array(replacement),
  tool: z.string(),
});

/**
 * One file that takes the place of another. `staged` lies beside `path` until the rename; all of a stage are durable
 * before the next one begins. `before` is null where there was no file, `after` until it is staged; `set` says which of
 * `recipientSets` a sealed file has afterwards.
 */
export type Replacement = z.infer<typeof replacement>;

/**
 * `$VALOPS_HOME/reseal/ID.json`, 0600. `staging`: nothing was replaced yet, what is staged may be removed. `switching`:
 * everything is staged and proven, the renames must be completed. `done`: kept, for it tells who can open what.
 */
export type ResealRecord = z.infer<typeof record>;

/** Largest record that is read, in bytes: some 500 a file. */
const recordLimit = 256 * 1024 * 1024;

/** The directory of the records. */
export function recordDirectory(context: Context): string {
  return join(context.home.path, 'reseal');
}

/** Writes a record, in place of an earlier phase of it. Throws FILE_UNWRITABLE, FILE_NOT_PROVEN. */
export function writeRecord(context: Context, value: ResealRecord): void {
  context.files.replace(recordPath(context, value.id), encodeRecord(value), { mode: 0o600 });
}

/** Replacements that are turned into text at a time: the text of thousands at once would take more memory than the rest of a run. */
const atOnce = 100;

function encodeRecord(value: ResealRecord): Uint8Array {
  let size = 0;
  for (const text of textOf(value)) size += Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const text of textOf(value)) at += bytes.write(text, at);
  return bytes;
}

/** A record as JSON on one line, in pieces. */
function* textOf({ replacements, ...head }: ResealRecord): Generator<string> {
  yield `${JSON.stringify(head).slice(0, -1)},"replacements":[`;
  for (let at = 0; at < replacements.length; at += atOnce) {
    const text = JSON.stringify(replacements.slice(at, at + atOnce)).slice(1, -1);
    yield at === 0 ? text : `,${text}`;
  }
  yield ']}\n';
}

/** Forgets a transaction of which nothing was switched. */
export function removeRecord(context: Context, id: string): void {
  context.files.remove(recordPath(context, id));
}

/** All records of this home, oldest first. Throws RESEAL_RECORD_BROKEN. */
export function readRecords(context: Context): readonly ResealRecord[] {
  return context.files
    .list(recordDirectory(context))
    .filter((name) => /^[0-9a-f]{16}\.json$/.test(name))
    .map((name) => readRecord(context, name.slice(0, 16)))
    .toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

/** One record. Throws RESEAL_RECORD_BROKEN, FILE_NOT_FOUND. */
export function readRecord(context: Context, id: string): ResealRecord {
  const path = recordPath(context, id);
  const broken = (cause: unknown): ValopsError =>
    new ValopsError('RESEAL_RECORD_BROKEN', `"${path}" is not the record of a change of recipients`, {
      hint: `Look for files that end in ".resealed-${id}": without them nothing is unfinished, move the record away.`,
      cause,
    });
  let value: unknown;
  try {
    value = decodeJson(context.files.read(path, recordLimit));
  } catch (cause) {
    if (cause instanceof ValopsError) throw cause;
    throw broken(cause);
  }
  const parsed = record.safeParse(value);
  if (!parsed.success) throw broken(parsed.error);
  return parsed.data;
}

function recordPath(context: Context, id: string): string {
  return join(recordDirectory(context), `${id}.json`);
}

/** What a staged file is called; `again` for the second of a name. */
export function stagedName(path: string, id: string, again = false): string {
  return `${path}.resealed-${id}${again ? '-2' : ''}`;
}

/** Whether a name is one of `stagedName`. */
export function isStagedName(name: string): boolean {
  return /\.resealed-[0-9a-f]{16}(-2)?$/.test(name);
}
