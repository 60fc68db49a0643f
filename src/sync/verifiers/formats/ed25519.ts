import { createPublicKey, verify } from 'node:crypto';

/** SubjectPublicKeyInfo of Ed25519 up to the key's 32 bytes (RFC 8410 section 4). */
const prefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether an Ed25519 signature (64 bytes, RFC 8032) over the whole message is the key's (32 bytes). */
export function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const spki = Buffer.concat([prefix, key]);
  return verify(null, message, createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature);
}
