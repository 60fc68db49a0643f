import * as z from 'zod/mini';
import type { Files } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';
import { describeFault } from './describe-fault.ts';
import type { PinFile, PinnedBinary } from './pin.ts';

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits'));
const text = z.string().check(z.minLength(1, 'expected text'));
const size = z.int().check(z.gte(0, 'expected a number of bytes'));

const pin = z.strictObject({
  url: text,
  artifact: text.check(z.regex(/^[^/]+$/, 'expected a name without directories')),
  size,
  sha256: digest,
  files: z.record(
    text.check(z.refine(staysBelow, 'expected a path that stays below the release')),
    z.strictObject({
      sha256: digest,
      size,
      mode: z.string().check(z.regex(/^0[0-7]{3}$/, 'expected four octal digits')),
    }),
  ),
  verified: z.array(z.strictObject({ type: text, signers: z.array(text), threshold: z.int().check(z.gte(0)) })),
  evidence: z.record(text, z.strictObject({ url: text, sha256: digest, size })),
});

const pinned = z.strictObject({
  version: text,
  pinnedAt: z.iso.datetime({ error: 'expected a time in UTC' }),
  pinnedBy: text,
  tool: text,
  unsafeFirstUse: z.boolean(),
  platforms: z.record(text, pin),
});

const pinFile = z.strictObject({ schema: z.literal('valops/lock/1'), binaries: z.record(text, pinned) });

const sizeLimit = 16 * 1024 * 1024;

/** Reads `valops.lock`; an absent one holds no pins. Throws SYNC_LOCK_INVALID with the place, FILE_UNREADABLE. */
export function readPinFile(files: Files, path: string): PinFile {
  if (files.stat(path) === null) return { schema: 'valops/lock/1', binaries: {} };
  return parsePinFile(files.read(path, sizeLimit), path);
}

/**
 * Parses the bytes of a `valops.lock`; `path` is named in errors. Only what `encodePinFile` writes is
 * taken, to the byte: what a person reviewed and what a parser makes of it are then the same (no member
 * twice, nothing hidden by white space or escapes). Throws SYNC_LOCK_INVALID.
 */
export function parsePinFile(bytes: Uint8Array, path: string): PinFile {
  let written: string;
  let document: unknown;
  try {
    written = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    document = JSON.parse(written);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const read = pinFile.safeParse(document);
  if (!read.success) {
    throw invalid(path, read.error.issues.map(describeFault).join('; '));
  }
  const expected = new TextDecoder().decode(encodePinFile(read.data)).split('\n');
  const at = written.split('\n').findIndex((line, index) => line !== expected[index]);
  if (at === -1 && written.split('\n').length === expected.length) return read.data;
  throw invalid(path, `line ${at === -1 ? expected.length : at + 1} is not as "valops sync pin" writes it`);
}

/** The bytes of `valops.lock`: JSON, two spaces, members sorted, one line end at the end. */
export function encodePinFile(pins: PinFile): Uint8Array {
  return encodeJson(sorted(pins));
}

/** The same pins with those of one binary in place of what they were. */
export function withPin(pins: PinFile, name: string, binary: PinnedBinary): PinFile {
  return { ...pins, binaries: { ...pins.binaries, [name]: binary } };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}

function staysBelow(path: string): boolean {
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

function invalid(path: string, what: string, cause?: unknown): ValopsError {
  return new ValopsError('SYNC_LOCK_INVALID', `"${path}" is not a valid lock file: ${what}`, {
    hint: `Take it back from Git (git checkout -- ${path}), or pin again: valops sync pin NAME`,
    cause,
  });
}
