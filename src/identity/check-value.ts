import { scryptSync, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import type { JsonObject } from '../lib/canonical-json.ts';

const logN = 15;
const digestLength = 32;

const shape = z.strictObject({
  algorithm: z.literal('scrypt'),
  // Fixed, not only recorded: a forged card must not choose how much memory its check takes.
  logN: z.literal(logN),
  salt: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  digest: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

/**
 * Public proof that a payload is the one a card was made for, where no public key can be derived:
 * scrypt (RFC 7914; N = 2^15, r = 8, p = 1, 32 bytes) of the payload under a random salt of 16
 * bytes. Salt and digest are lowercase hex.
 */
export type CheckValue = z.infer<typeof shape>;

/**
 * The check value of a payload. `name` is bound to it (appended to the salt as UTF-8), so that a
 * card cannot be given another public id without the check failing.
 */
export function makeCheckValue(payload: Uint8Array, salt: Uint8Array, name: string): CheckValue & JsonObject {
  const digest = Buffer.from(digestOf(payload, salt, name)).toString('hex');
  return { algorithm: 'scrypt', logN, salt: Buffer.from(salt).toString('hex'), digest };
}

/** A check value as found on a card, or null when it is not one. */
export function parseCheckValue(value: unknown): CheckValue | null {
  const result = z.safeParse(shape, value);
  return result.success ? result.data : null;
}

/** Whether the payload and the name are those the check value was made of. Compares in constant time. */
export function agrees(check: CheckValue, payload: Uint8Array, name: string): boolean {
  const digest = digestOf(payload, Buffer.from(check.salt, 'hex'), name);
  return timingSafeEqual(digest, Buffer.from(check.digest, 'hex'));
}

function digestOf(payload: Uint8Array, salt: Uint8Array, name: string): Uint8Array {
  const bound = Buffer.concat([salt, Buffer.from(name, 'utf8')]);
  // 128 * N * r bytes are needed, and a little more; Node's default limit is exactly that product.
  return scryptSync(payload, bound, digestLength, { N: 2 ** logN, r: 8, p: 1, maxmem: 64 * 2 ** 20 });
}
