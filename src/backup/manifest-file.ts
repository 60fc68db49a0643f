import * as z from 'zod/mini';
import type { JsonObject, JsonValue } from '../lib/canonical-json.ts';
import { decodeJson, encodeJson, wrongMembers } from '../lib/json-document.ts';
import { damaged } from './damaged.ts';
import type { BackupManifest } from './manifest.ts';

/** Name of the first member of every backup. */
export const manifestName = 'manifest.json';

/** Largest manifest that is read or written, in bytes. */
export const manifestLimit = 16 << 20;

const text = z.string().check(z.minLength(1));
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const whole = z.int().check(z.nonnegative());
/** Absolute and in its simplest form: what a restore joins to its root never leaves it. */
const absolute = z.string().check(
  z.regex(/^\/(?!\/)[^\0]*[^/\0]$/),
  z.refine((path) => !/(^|\/)(\.{1,2}|)(\/|$)/.test(path.slice(1))),
);
const extra: z.ZodMiniType<JsonObject> = z.record(
  z.string(),
  z.custom<JsonValue>(() => true),
);

/** A recipient, as manifest and catalogue write it. */
export const recipientSchema = z.strictObject({
  class: z.enum(['host', 'offline', 'escrow']),
  type: text,
  fingerprint: text,
});

const member = z.strictObject({
  path: z.string().check(
    z.regex(/^members\/[^]/),
    z.refine((path) => !/(^|\/)(\.{1,2}|)(\/|$)/.test(path)),
  ),
  purpose: z.enum([
    'identity',
    'sealed-identity',
    'card',
    'double-sign-state',
    'configuration',
    'pins',
    'journal-head',
  ]),
  source: absolute,
  sha256,
  size: whole,
  mode: z.string().check(z.regex(/^[0-7]{4}$/)),
  owner: z.strictObject({ uid: whole, gid: whole }),
  identity: z.optional(text),
});

const identity = z.strictObject({
  kind: text,
  publicId: text,
  publicKey: z.string().check(z.regex(/^[0-9a-f]*$/)),
  extra: z.optional(extra),
  place: absolute,
  card: z.optional(text),
});

const manifest = z.strictObject({
  schema: z.literal('valops/backup/1'),
  id: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  host: text,
  createdAt: z.iso.datetime(),
  tool: text,
  identities: z.array(identity),
  members: z.array(member),
  recipients: z.array(recipientSchema).check(z.minLength(1)),
  journalHead: z.nullable(z.strictObject({ seq: whole, hash: sha256 })),
});

/** The manifest as a file: indented JSON, one final newline. */
export function encodeManifest(value: BackupManifest): Uint8Array {
  return encodeJson(value);
}

/** Reads a manifest; members are unique in name and in source. Throws BACKUP_DAMAGED naming what is wrong. */
export function parseManifest(bytes: Uint8Array): BackupManifest {
  let value: unknown;
  try {
    value = decodeJson(bytes);
  } catch (cause) {
    throw damaged(`"${manifestName}" is not JSON`, cause);
  }
  const result = manifest.safeParse(value);
  if (!result.success) {
    throw damaged(`"${manifestName}" is not a manifest: ${wrongMembers(result.error.issues, 1)}`);
  }
  const { members } = result.data;
  for (const key of ['path', 'source'] as const) {
    const seen = new Set<string>();
    for (const one of members) {
      if (seen.has(one[key])) throw damaged(`"${manifestName}" names "${one[key]}" twice`);
      seen.add(one[key]);
    }
  }
  return withoutUndefined(result.data);
}

/** zod answers optional members as `T | undefined`; absent ones are absent here. */
function withoutUndefined(value: z.infer<typeof manifest>): BackupManifest {
  return JSON.parse(JSON.stringify(value)) as BackupManifest;
}
