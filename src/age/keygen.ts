import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { Secret } from '../lib/secret.ts';

/** A new age key: the whole content of its identity file, and its recipient line. */
export interface GeneratedKey {
  readonly file: Secret;
  readonly recipient: string;
}

/**
 * Makes a native age key (X25519, or ML-KEM-768 with X25519 when `postQuantum`) from the
 * operating system's randomness. `file` has the three lines that age-keygen(1) writes.
 */
export async function generateKey(options: {
  readonly postQuantum: boolean;
  readonly createdAt: Date;
}): Promise<GeneratedKey> {
  const secretKey = await (options.postQuantum ? generateHybridIdentity() : generateX25519Identity());
  const recipient = await identityToRecipient(secretKey);
  const created = options.createdAt.toISOString().replace(/\.\d+Z$/, 'Z');
  return { file: Secret.fromText(`# created: ${created}\n# public key: ${recipient}\n${secretKey}\n`), recipient };
}
