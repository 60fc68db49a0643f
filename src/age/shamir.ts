import { createHash } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { Secret } from '../lib/secret.ts';

/** Bytes of SHA-256 that are split together with the secret: the package itself notices no wrong share. */
const checkLength = 4;

/**
 * Splits a secret into `total` parts (2 to 255), any `threshold` (at least 2) of which give it back:
 * Shamir over GF(2^8), byte by byte. A part is 5 bytes longer than the secret.
 */
export async function splitSecret(secret: Secret, threshold: number, total: number): Promise<readonly Secret[]> {
  const guarded = secret.use((bytes) => Uint8Array.from([...bytes, ...checkOf(bytes)]));
  try {
    return (await split(guarded, total, threshold)).map((part) => new Secret(part));
  } finally {
    guarded.fill(0);
  }
}

/** The secret of at least two different parts, or null when they are too few or not of one secret. */
export async function combineParts(parts: readonly Secret[]): Promise<Secret | null> {
  const copies = parts.map((part) => part.use((bytes) => Uint8Array.from(bytes)));
  let guarded: Uint8Array;
  try {
    guarded = await combine(copies);
  } catch {
    // No cause: what the package was given is secret. It refuses parts of unequal length or of one x.
    return null;
  } finally {
    for (const copy of copies) copy.fill(0);
  }
  const secret = guarded.slice(0, -checkLength);
  const isWhole = Buffer.from(checkOf(secret)).equals(guarded.subarray(-checkLength));
  guarded.fill(0);
  if (isWhole) return new Secret(secret);
  secret.fill(0);
  return null;
}

function checkOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest().subarray(0, checkLength);
}
