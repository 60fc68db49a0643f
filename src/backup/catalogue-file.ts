import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson, readDocument } from '../lib/json-document.ts';
import type { Catalogue } from './catalogue.ts';
import { recipientSchema } from './manifest-file.ts';

/** Largest catalogue that is read, in bytes: thousands of backups. */
const catalogueLimit = 64 << 20;
const saltSize = 32;

const text = z.string().check(z.minLength(1));
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const time = z.iso.datetime();

const entry = z.strictObject({
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  host: text,
  createdAt: time,
  file: text,
  sha256: hash,
  size: z.int().check(z.positive()),
  recipients: z.array(recipientSchema),
  identities: z.array(z.strictObject({ kind: text, publicId: text })),
  content: hash,
  copies: z.array(z.strictObject({ path: text, writtenAt: time, verifiedAt: time, mountPoint: z.optional(text) })),
});

const verdict = z.strictObject({
  backup: text,
  class: z.enum(['host', 'offline', 'escrow']),
  at: time,
  passed: z.boolean(),
  path: text,
  detail: z.string(),
  keys: z.array(text),
});

const catalogue = z.strictObject({
  schema: z.literal('valops/backup-catalogue/1'),
  salt: hash,
  backups: z.array(entry),
  drills: z.array(verdict),
});

/** Where the catalogue of this home is. */
export function cataloguePath(context: Context): string {
  return join(context.home.path, 'backups', 'catalogue.json');
}

/** The catalogue as it is now; null when this home has none. Throws BACKUP_CATALOGUE_BROKEN. */
export function readCatalogue(context: Context): Catalogue | null {
  const path = cataloguePath(context);
  if (context.files.stat(path) === null) return null;
  return parseCatalogue(context.files.read(path, catalogueLimit), path);
}

/** Reads the bytes of a catalogue; `path` is named in errors. Throws BACKUP_CATALOGUE_BROKEN. */
export function parseCatalogue(bytes: Uint8Array, path: string): Catalogue {
  return readDocument(catalogue, bytes, (problem, cause) => broken(path, problem, cause), 1);
}

/**
 * Replaces the catalogue by what `change` makes of it, alone under its lock; one is begun, with a new
 * salt, where there is none. Nothing is written when `change` answers the catalogue it was given.
 * Throws BACKUP_CATALOGUE_BROKEN, LOCK_BUSY, FILE_UNWRITABLE.
 */
export function updateCatalogue(context: Context, change: (now: Catalogue) => Catalogue): Catalogue {
  const path = cataloguePath(context);
  context.files.ensureDirectory(context.home.path, { mode: 0o700 });
  context.files.ensureDirectory(join(context.home.path, 'backups'), { mode: 0o700 });
  const release = context.files.lock(`${path}.lock`);
  try {
    const found = readCatalogue(context);
    const now = found ?? emptyCatalogue(context);
    const next = change(now);
    if (found !== null && next === found) return next;
    const document = { schema: next.schema, salt: next.salt, backups: next.backups, drills: next.drills };
    const bytes = encodeJson(document);
    context.files.replace(path, bytes, { mode: 0o600 });
    return next;
  } finally {
    release();
  }
}

function emptyCatalogue(context: Context): Catalogue {
  const salt = Buffer.from(context.randomBytes(saltSize)).toString('hex');
  return { schema: 'valops/backup-catalogue/1', salt, backups: [], drills: [] };
}

function broken(path: string, problem: string, cause?: unknown): ValopsError {
  return new ValopsError('BACKUP_CATALOGUE_BROKEN', `the catalogue "${path}" cannot be used: ${problem}`, {
    hint: `Keep it as evidence and begin a new one: mv '${path}' '${path}.broken'; the backups themselves need no catalogue.`,
    cause,
  });
}
