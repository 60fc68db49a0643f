import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Home } from '../../core/context.ts';
import { digestBytes } from '../../lib/digest.ts';
import { decodeJson } from '../../lib/json-document.ts';
import { hostFileName } from '../host-file-name.ts';
import type { Baseline } from './document.ts';
import { baselineDirectory } from './stored.ts';

const entry = z.strictObject({
  key: z.string().check(z.minLength(1)),
  value: z.union([z.string(), z.array(z.string())]),
  file: z.optional(z.string()),
  within: z.optional(z.string()),
});
const section = z.union([
  z.strictObject({ known: z.literal(true), entries: z.array(entry) }),
  z.strictObject({ known: z.literal(false), reason: z.string() }),
]);
const document = z.strictObject({
  schema: z.literal('valops/audit-baseline/1'),
  host: z.string(),
  acceptedAt: z.iso.datetime(),
  acceptedBy: z.string(),
  tool: z.string(),
  sections: z.record(z.string(), section),
});

/** Bytes of a baseline at most. */
export const baselineLimit = 64 * 1024 * 1024;

/** Where the baseline of a host lies. */
export function baselinePath(home: Home, host: string): string {
  return join(baselineDirectory(home), `${hostFileName(host)}.json`);
}

/** The file of a baseline: indented JSON, one final newline. Its SHA-256 is the digest in journal and reports. */
export function encodeBaseline(baseline: Baseline): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(baseline, undefined, 1)}\n`);
}

/** Lowercase hex SHA-256 of the bytes of a baseline's file. */
export function baselineDigest(bytes: Uint8Array): string {
  return digestBytes(bytes).sha256;
}

/** Reads a baseline; null when the bytes are none. */
export function parseBaseline(bytes: Uint8Array): Baseline | null {
  let value: unknown;
  try {
    value = decodeJson(bytes);
  } catch {
    return null;
  }
  const result = document.safeParse(value);
  return result.success ? (result.data as unknown as Baseline) : null;
}
