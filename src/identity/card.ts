import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson, type JsonObject } from '../lib/canonical-json.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson, readDocument } from '../lib/json-document.ts';
import type { PublicIdentity } from './kind.ts';

const hexDigits = z.string().check(z.regex(/^[0-9a-f]*$/));
const sealed = z.strictObject({
  file: z.string().check(z.minLength(1)),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  size: z.int().check(z.positive()),
  recipients: z.array(z.strictObject({ type: z.string(), fingerprint: z.string() })),
});
const check = z.strictObject({
  algorithm: z.literal('scrypt'),
  logN: z.int().check(z.gte(10), z.lte(20)),
  salt: hexDigits,
  digest: hexDigits,
});
const card = z.strictObject({
  schema: z.literal('valops/identity-card/1'),
  kind: z.string().check(z.minLength(1)),
  publicId: z.string().check(z.minLength(1)),
  publicKey: hexDigits,
  nodeId: z.optional(z.string().check(z.regex(/^[0-9a-f]{40}$/))),
  check: z.optional(check),
  sealed,
  createdAt: z.iso.datetime(),
  online: z.boolean(),
  /** Last entry of the maker's journal: that journal must contain it for ever after. */
  journalHead: z.optional(
    z.strictObject({ seq: z.int().check(z.positive()), hash: z.string().check(z.regex(/^[0-9a-f]{64}$/)) }),
  ),
  tool: z.string().check(z.minLength(1)),
});

/**
 * The public record of a sealed identity: what the network knows it by, and which sealed file
 * holds it. It is made where the identity is made and compared wherever that file turns up.
 */
export type Card = z.infer<typeof card>;

/** Reads a card. Throws IDENTITY_CARD_INVALID naming every member that is wrong. */
export function parseCard(bytes: Uint8Array, name: string): Card {
  const fail = (problem: string, cause?: unknown): ValopsError =>
    new ValopsError('IDENTITY_CARD_INVALID', `"${name}" is not an identity card: ${problem}`, {
      hint: 'Give the .json file that "identity generate" wrote beside the sealed file.',
      cause,
    });
  return readDocument(card, bytes, fail);
}

/** The card as a file: indented JSON, one final newline. */
export function encodeCard(value: Card): Uint8Array {
  return encodeJson(value);
}

/** The public half which a card claims. */
export function claimedIdentity(value: Card): PublicIdentity {
  const extra: JsonObject = {
    ...(value.nodeId === undefined ? {} : { nodeId: value.nodeId }),
    ...(value.check === undefined ? {} : { check: value.check }),
  };
  return {
    publicId: value.publicId,
    publicKey: value.publicKey,
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}

/** True when two public halves agree in every member. */
export function isSameIdentity(a: PublicIdentity, b: PublicIdentity): boolean {
  const canonical = ({ publicId, publicKey, extra }: PublicIdentity): string =>
    canonicalJson({ publicId, publicKey, extra: extra ?? {} });
  return canonical(a) === canonical(b);
}

/**
 * The card in a form two people can compare by voice: 80 bits of the SHA-256 over its canonical
 * JSON, as five groups of four hex digits.
 */
export function cardFingerprint(value: Card): string {
  const digest = createHash('sha256').update(canonicalJson(value)).digest('hex');
  return digest.slice(0, 20).replaceAll(/(.{4})(?=.)/g, '$1 ');
}

/** What the QR code of a card says: enough to register the identity and to check the sealed file. */
export function cardSummaryLine(value: Card): string {
  return `valops-card/1 ${value.kind} ${value.publicId} ${value.sealed.sha256}`;
}
