import * as z from 'zod/mini';
import { ValopsError } from '../../lib/errors.ts';
import { encodeJson, readDocument } from '../../lib/json-document.ts';

const record = z.strictObject({
  schema: z.literal('valops/escrow-set/1'),
  set: z.string().check(z.regex(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/)),
  threshold: z.int(),
  total: z.int(),
  recipient: z.string(),
  fingerprint: z.string(),
  createdAt: z.iso.datetime(),
  tool: z.string(),
  shares: z.array(
    z.strictObject({
      index: z.int(),
      trustee: z.string(),
      /** Null for a trustee who has paper only. */
      sealedTo: z.nullable(z.string()),
      file: z.nullable(z.string()),
      sha256: z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
    }),
  ),
});

/** The public record of a set: who keeps which share, and the digests of the sealed files. */
export type SetRecord = z.infer<typeof record>;

/** The record as a file: indented JSON, one final newline. */
export function encodeSetRecord(value: SetRecord): Uint8Array {
  return encodeJson(value);
}

/** Reads a record. Throws ESCROW_SHARE_INVALID naming what is wrong. */
export function parseSetRecord(bytes: Uint8Array, name: string): SetRecord {
  return readDocument(record, bytes, (problem, cause) => invalid(name, problem, cause));
}

function invalid(name: string, problem: string, cause?: unknown): ValopsError {
  return new ValopsError('ESCROW_SHARE_INVALID', `"${name}" is not the record of an escrow set: ${problem}`, {
    hint: 'Give the SET.json that "keys escrow split" wrote beside the shares.',
    cause,
  });
}
