import * as z from 'zod/mini';
import type { PartFile } from '../core/part-file.ts';
import type { JsonObject } from '../lib/canonical-json.ts';
import { withoutQuery } from './address.ts';
import type { Answer } from './ask.ts';

const shape = z.object({
  /** As asked for. */
  url: z.string(),
  /** Where it came from, for people. */
  from: z.string(),
  /** What `If-Range` takes: a strong entity tag or date, RFC 9110 section 13.1.5. */
  validator: z.string(),
  /** Bytes of the whole file. */
  size: z.int(),
});

/** What makes it safe to go on with a part. */
export type Resumable = z.infer<typeof shape>;

/** What was noted about the bytes held, when a later answer can be asked to go on after them. */
export function resumable({ note, size }: PartFile, url: URL): Resumable | undefined {
  const read = shape.safeParse(note);
  if (!read.success || read.data.url !== url.href || size === 0 || size > read.data.size) return undefined;
  return read.data;
}

/** What to note beside a part that begins with this answer; empty when nothing can go on after it. */
export function noteOf(answer: Answer, url: URL, size: number | undefined): JsonObject {
  const validator = strongValidator(answer);
  if (validator === undefined || size === undefined) return {};
  return { url: url.href, from: withoutQuery(answer.url), validator, size } satisfies Resumable;
}

/** Whether a 206 answer goes on exactly after the bytes held, of the same file. */
export function goesOn(answer: Answer, held: number, { size, validator }: Resumable): boolean {
  const range = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(answer.header('content-range')?.trim() ?? '');
  if (range === null || answer.status !== 206) return false;
  const [first, last, total] = range.slice(1).map(Number);
  const said = answer.header('etag');
  const isSame = said === undefined || !validator.startsWith('"') || said === validator;
  return isSame && first === held && last === size - 1 && total === size;
}

/** The entity tag unless it is weak; else a date at least a minute older than the answer (RFC 9110 section 8.8.2.2). */
function strongValidator(answer: Answer): string | undefined {
  const etag = answer.header('etag')?.trim();
  if (etag !== undefined) return /^"[\x21\x23-\x7e]*"$/.test(etag) ? etag : undefined;
  const modified = answer.header('last-modified');
  const [changed, sent] = [Date.parse(modified ?? ''), Date.parse(answer.header('date') ?? '')];
  return sent - changed >= 60_000 ? modified : undefined;
}
