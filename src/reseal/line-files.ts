import { join } from 'node:path';
import type * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import type { Draft } from '../core/files.ts';
import { digestStream, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { recordDirectory } from './places.ts';

/** Lines as a draft of `path` beside it. `publishLines` gives it its name. */
export async function draftLines(context: Context, path: string, lines: AsyncIterable<string>): Promise<Draft> {
  const tap = new Tap();
  const draft = await context.files.draft(draftPath(path), tap.through(bytesOf(lines)), { mode: 0o600 });
  const { sha256 } = await digestStream(context.files.stream(draftPath(path)));
  if (sha256 === tap.digest().sha256) return draft;
  draft.discard();
  throw notProven(path);
}

/** FILE_NOT_PROVEN for what does not read back as it was written, while nothing is replaced yet. */
export function notProven(what: string): ValopsError {
  return new ValopsError('FILE_NOT_PROVEN', `"${what}" is not what was written; nothing was replaced`, {
    hint: 'Check the disk (dmesg) and run the command again.',
  });
}

/** Gives a draft its name, durably. Throws FILE_UNWRITABLE; then it may have its name or not. */
export function publishLines(context: Context, path: string): void {
  context.files.rename(draftPath(path), path);
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

/** RESEAL_RECORD_BROKEN for a file of the transaction `id`. */
export function broken(path: string, id: string, cause?: unknown): ValopsError {
  return new ValopsError('RESEAL_RECORD_BROKEN', `"${path}" is not the record of a change of recipients`, {
    hint: `Look for files that end in ".resealed-${id}": without them nothing is unfinished, move the record away.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
