import { isAbsolute, join } from 'node:path';
import * as z from 'zod/mini';
import type { Files } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { decodeJson } from '../lib/json-document.ts';
import { describeFault } from './describe-fault.ts';
import type { Placeholders } from './source.ts';

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const text = z.string().check(z.minLength(1), z.maxLength(4096));

/** A release on a platform, and how that release calls the file. */
const use = z.strictObject({
  name: text,
  version: text,
  platform: text,
  os: text,
  arch: text,
  target: text,
  file: text,
});

const part = z.strictObject({
  path: text.check(z.refine(staysInside, 'expected a path that stays inside the bundle')),
  sha256: digest,
  size: z.int().check(z.gte(0)),
  purpose: z.enum(['artifact', 'evidence', 'trust', 'lock', 'config', 'program']),
  /** Of artifacts and evidence; the same bytes may serve several releases. */
  uses: z.optional(z.array(use)),
});

const manifest = z.strictObject({
  schema: z.literal('valops/sync-bundle/1'),
  createdAt: text,
  createdBy: text,
  tool: text,
  parts: z.array(part),
});

/** One file of a bundle, by its path below the bundle's directory. */
export type BundlePart = Readonly<z.infer<typeof part>>;
/** What `manifest.json` of a bundle says: every file that belongs to it. */
export type BundleManifest = Readonly<z.infer<typeof manifest>>;

/** A bundle whose manifest was read; none of its parts were. */
export interface Bundle {
  readonly directory: string;
  readonly manifest: BundleManifest;
  /** The part with these bytes (lowercase hex), and where it is; undefined when the bundle lacks it. */
  find(sha256: string): { readonly part: BundlePart; readonly path: string } | undefined;
  /** The artifact of a release, or with `side` a file beside it. */
  locate(words: Placeholders, side?: string): { readonly part: BundlePart; readonly path: string } | undefined;
}

const manifestLimit = 16 * 1024 * 1024;

/**
 * Reads the manifest of a bundle that `sync export` made. Throws SYNC_BUNDLE_INVALID when it is not
 * one, FILE_UNREADABLE. No part is read: whoever takes one compares size and digest.
 */
export function readBundle(files: Files, directory: string): Bundle {
  const path = join(directory, 'manifest.json');
  if (files.stat(path) === null) {
    throw new ValopsError('SYNC_BUNDLE_INVALID', `"${directory}" has no manifest.json, so it is no bundle`, {
      hint: 'Name the directory that "valops sync export DIR" wrote.',
    });
  }
  const read = manifest.safeParse(decode(files.read(path, manifestLimit), path));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalid(path, issue === undefined ? 'unknown fault' : describeFault(issue));
  }
  const { data } = read;
  const at = (found: BundlePart | undefined): { part: BundlePart; path: string } | undefined =>
    found === undefined ? undefined : { part: found, path: join(directory, found.path) };
  return {
    directory,
    manifest: data,
    find: (sha256) => at(data.parts.find((one) => one.sha256 === sha256)),
    locate: (words, side) =>
      at(
        data.parts.find(
          ({ purpose, uses = [] }) =>
            purpose === (side === undefined ? 'artifact' : 'evidence') &&
            uses.some((one) => sameRelease(one, words) && (side === undefined || one.file === side)),
        ),
      ),
  };
}

function sameRelease(one: Placeholders, words: Placeholders): boolean {
  return (['name', 'version', 'os', 'arch', 'target'] as const).every((key) => one[key] === words[key]);
}

function decode(bytes: Uint8Array, path: string): unknown {
  try {
    return decodeJson(bytes);
  } catch (cause) {
    throw invalid(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function staysInside(path: string): boolean {
  return !isAbsolute(path) && path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

function invalid(path: string, what: string, cause?: unknown): ValopsError {
  return new ValopsError('SYNC_BUNDLE_INVALID', `"${path}" is no valid manifest of a bundle: ${what}`, {
    hint: 'Copy the bundle again from where it was exported.',
    cause,
  });
}
