import { constants, createPublicKey, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Stanza } from 'age-encryption';
import type { SshPublicKey } from './ssh-public-key.ts';

// C2SP age, ssh-rsa: RSAES-OAEP with SHA-256 and this label.
const oaep = {
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
  oaepLabel: Buffer.from('age-encryption.org/v1/ssh-rsa'),
};

/** Public RSA key from big-endian modulus and exponent. */
export function rsaPublicKey(modulus: Buffer, exponent: Buffer): KeyObject {
  const key = { kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') };
  return createPublicKey({ key, format: 'jwk' });
}

/** Stanza that wraps a file key to an RSA SSH key. */
export function wrapToRsa(publicKey: SshPublicKey, key: KeyObject, fileKey: Uint8Array): Stanza {
  return new Stanza(['ssh-rsa', publicKey.tag], Uint8Array.from(publicEncrypt({ key, ...oaep }, fileKey)));
}

/** The file key of a stanza, or null when it is for another key. Throws a plain Error for a malformed stanza. */
export function unwrapWithRsa(publicKey: SshPublicKey, key: KeyObject, stanza: Stanza): Uint8Array | null {
  const [, tag, ...more] = stanza.args;
  if (tag === undefined || more.length > 0) throw new Error('malformed ssh-rsa stanza');
  if (tag !== publicKey.tag) return null;
  try {
    return Uint8Array.from(privateDecrypt({ key, ...oaep }, stanza.body));
  } catch {
    // The tag is four bytes long: another key may share it.
    return null;
  }
}
