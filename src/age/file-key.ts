import { createCipheriv, createDecipheriv } from 'node:crypto';

const algorithm = 'chacha20-poly1305';
// C2SP age: a wrapping key is used once, so the nonce is all zero.
const nonce = Buffer.alloc(12);

/** ChaCha20-Poly1305 of a 16-byte file key under a single-use wrapping key: 32 bytes. */
export function sealFileKey(key: Uint8Array, fileKey: Uint8Array): Uint8Array {
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: 16 });
  return Uint8Array.from(Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]));
}

/** The file key of a 32-byte stanza body, or null when the key is not the right one. */
export function openFileKey(key: Uint8Array, body: Uint8Array): Uint8Array | null {
  if (body.length !== 32) throw new Error('malformed stanza body');
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(body.subarray(16));
  const fileKey = decipher.update(body.subarray(0, 16));
  try {
    decipher.final();
    return fileKey;
  } catch {
    return null;
  }
}
