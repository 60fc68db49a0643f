import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Stanza } from 'age-encryption';
import { base64nopad } from '@scure/base';
import { openFileKey, sealFileKey } from './file-key.ts';

// C2SP age, X25519 recipient stanza. OpenSSL does in microseconds what WebCrypto does in several turns of the event
// loop, which tells where thousands of files are opened; it refuses the all-zero shared secret, as the format demands.
const label = 'age-encryption.org/v1/X25519';

// DER of the key with its algorithm (RFC 8410), up to the 32 bytes of the key.
const publicPrefix = Buffer.from('302a300506032b656e032100', 'hex');
const privatePrefix = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** Whom a stanza can be made for. */
export interface X25519Point {
  readonly key: KeyObject;
  /** 32 bytes. */
  readonly point: Uint8Array;
}

/** The 32 bytes of a recipient as a key. */
export function x25519Point(point: Uint8Array): X25519Point {
  const key = createPublicKey({ key: Buffer.concat([publicPrefix, point]), format: 'der', type: 'spki' });
  return { key, point };
}

/** An X25519 key that opens stanzas. */
export interface X25519Key {
  readonly secret: KeyObject;
  /** The recipient, 32 bytes. */
  readonly point: Uint8Array;
}

/** The 32 bytes of an identity as a key. */
export function x25519Key(bytes: Uint8Array): X25519Key {
  const der = Buffer.concat([privatePrefix, bytes]);
  const secret = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  return { secret, point: Uint8Array.from(spki.subarray(publicPrefix.length)) };
}

/** Stanza that wraps a file key to a recipient. */
export function wrapToX25519({ key: theirs, point }: X25519Point, fileKey: Uint8Array): Stanza {
  const { publicKey, privateKey } = generateKeyPairSync('x25519', {
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  });
  const share = publicKey.subarray(publicPrefix.length);
  const ephemeral = createPrivateKey({ key: privateKey, format: 'der', type: 'pkcs8' });
  privateKey.fill(0);
  const key = wrappingKey(ephemeral, theirs, share, point);
  return new Stanza(['X25519', base64nopad.encode(share)], sealFileKey(key, fileKey));
}

/** The file key of a stanza, or null when it is for another key. Throws a plain Error for a malformed stanza. */
export function unwrapWithX25519({ secret, point }: X25519Key, stanza: Stanza): Uint8Array | null {
  const [, encoded, ...more] = stanza.args;
  if (encoded === undefined || more.length > 0) throw new Error('malformed X25519 stanza');
  const share = base64nopad.decode(encoded);
  if (share.length !== 32) throw new Error('malformed X25519 stanza');
  return openFileKey(wrappingKey(secret, x25519Point(share).key, share, point), stanza.body);
}

function wrappingKey(secret: KeyObject, theirs: KeyObject, share: Uint8Array, recipient: Uint8Array): Uint8Array {
  const exchanged = diffieHellman({ privateKey: secret, publicKey: theirs });
  return new Uint8Array(hkdfSync('sha256', exchanged, Buffer.concat([share, recipient]), label, 32));
}
