import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Fact } from '../core/fact.ts';
import type { Files } from '../core/files.ts';
import { digestBytes } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { decodeJson, encodeJson } from '../lib/json-document.ts';
import type { Pin } from './pin.ts';
import { octal } from '../lib/octal.ts';

/** File in a release that says what it is. */
export const recordName = 'release.json';

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const text = z.string().check(z.minLength(1), z.maxLength(4096));
const size = z.int().check(z.gte(0));

const schema = z.strictObject({
  schema: z.literal('valops/release/1'),
  name: text,
  version: text,
  platform: text,
  artifact: z.strictObject({ url: text, size, sha256: digest }),
  files: z.record(
    text.check(z.refine((path) => path.split('/').every((step) => !['', '.', '..'].includes(step)))),
    z.strictObject({ sha256: digest, size, mode: z.string().check(z.regex(/^0[0-7]{3}$/)) }),
  ),
  verified: z.array(z.strictObject({ type: text, signers: z.array(text), threshold: z.int() })),
  installedAt: z.iso.datetime(),
  tool: text,
});

/** `release.json`: what a release is made of and how it was proven. Modes are those on disk. */
export type ReleaseRecord = Readonly<z.infer<typeof schema>>;

/** A record as it lies in a release. */
export interface InstalledRecord {
  readonly record: ReleaseRecord;
  /** Lowercase hex, of the file's bytes. */
  readonly sha256: string;
}

/** The bytes of a record: indented JSON, one final line end. */
export function encodeRecord(record: ReleaseRecord): Uint8Array {
  return encodeJson(record);
}

/** The record of the release in `directory`; unknown with the reason when there is none that can be read. */
export function readRecord(files: Files, directory: string): Fact<InstalledRecord> {
  const path = join(directory, recordName);
  try {
    return parseRecord(files.read(path, 4 * 1024 * 1024), path);
  } catch (error) {
    if (error instanceof ValopsError) return { known: false, reason: error.message };
    throw error;
  }
}

/** The bytes of a record; unknown with the reason, which names `path`, when they are none. */
export function parseRecord(bytes: Uint8Array, path: string): Fact<InstalledRecord> {
  let document: unknown;
  try {
    document = decodeJson(bytes);
  } catch {
    return { known: false, reason: `"${path}" is not JSON` };
  }
  const read = schema.safeParse(document);
  if (!read.success) {
    const [issue] = read.error.issues;
    const what = issue === undefined ? 'unknown fault' : `${issue.path.join('.')}: ${issue.message}`;
    return { known: false, reason: `"${path}" is no record of a release: ${what}` };
  }
  const sha256 = digestBytes(bytes).sha256;
  return { known: true, value: { record: read.data, sha256 } };
}

/** The files of a pin as they are on disk: the pinned bytes, with modes that nobody can write by. */
export function installedFiles(pin: Pick<Pin, 'files'>): ReleaseRecord['files'] {
  return Object.fromEntries(
    Object.entries(pin.files).map(([path, file]) => [path, { ...file, mode: octal(parseInt(file.mode, 8) & 0o555) }]),
  );
}

/** Whether a record is about exactly the bytes and modes of a pin. */
export function isRecordOf({ artifact, files }: ReleaseRecord, pin: Pick<Pin, 'sha256' | 'files'>): boolean {
  const wanted = installedFiles(pin);
  const paths = Object.keys(wanted);
  return (
    artifact.sha256 === pin.sha256 &&
    paths.length === Object.keys(files).length &&
    paths.every((path) => {
      const [found, expected] = [files[path], wanted[path]];
      return found?.sha256 === expected?.sha256 && found?.size === expected?.size && found?.mode === expected?.mode;
    })
  );
}
