import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonicalJson, type JsonObject } from '../lib/canonical-json.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson, readDocument } from '../lib/json-document.ts';
import type { PublicIdentity } from './kind.ts';
import { oddLine } from './odd-line.ts';

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
/** As it is in a file. Cards of older versions have no sums. */
const cardFile = z.extend(card, { sums: z.optional(z.record(z.string(), z.string())) });

/**
 * The public record of a sealed identity: what the network knows it by, and which sealed file
 * holds it. It is made where the identity is made and compared wherever that file turns up.
 */
export type Card = z.infer<typeof card>;

/**
 * Reads a card. Throws IDENTITY_CARD_INVALID naming every member that is wrong, or that is not as the card was made: each
 * is proven by its sum, so that damage shows even where nothing else knows the member.
 */
export function parseCard(bytes: Uint8Array, name: string): Card {
  const fail = (problem: string, cause?: unknown): ValopsError =>
    new ValopsError('IDENTITY_CARD_INVALID', `"${name}" is not an identity card: ${problem}${oddLine(bytes)}`, {
      hint: 'Give the .json file that "identity generate" wrote beside the sealed file.',
      cause,
    });
  const { sums, ...value } = readDocument(cardFile, bytes, fail);
  if (sums === undefined) return value;
  const made = sumsOf(value);
  const altered = [...new Set([...Object.keys(made), ...Object.keys(sums)])].filter((one) => made[one] !== sums[one]);
  if (altered.length === 0) return value;
  throw new ValopsError('IDENTITY_CARD_INVALID', `"${name}" was altered since it was made: ${altered.join(', ')}`, {
    hint: 'Use another copy of the card; a backup has one.',
  });
}

/** The card as a file: indented JSON, one final newline. */
export function encodeCard(value: Card): Uint8Array {
  return encodeJson({ ...value, sums: sumsOf(value) });
}

/** Against accidents, not against people: 32 bits for each member. Whoever doubts the maker compares the fingerprint. */
function sumsOf(value: Card): Readonly<Record<string, string>> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.map(([name, member]) => {
      const digest = createHash('sha256')
        .update(canonicalJson({ [name]: member }))
        .digest('hex');
      return [name, digest.slice(0, 8)];
    }),
  );
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
