import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { base64, base64nopad } from '@scure/base';
import { fingerprintOf } from './recipient.ts';
import type { Recipient } from './recipient.ts';
import { isEd25519Point, wrapToEd25519 } from './ssh-ed25519.ts';
import { rsaPublicKey, wrapToRsa } from './ssh-rsa.ts';
import { SshReader } from './ssh-wire.ts';

const smallestRsa = 2048;

/** An SSH public key that age can seal to. */
export interface SshPublicKey {
  readonly material:
    | { readonly type: 'ssh-ed25519'; readonly point: Uint8Array }
    | { readonly type: 'ssh-rsa'; readonly key: KeyObject };
  /** The key as SSH sends it (RFC 4253, section 6.6). */
  readonly blob: Uint8Array;
  /** First four bytes of the blob's SHA-256 in unpadded base64: how stanzas name the key. */
  readonly tag: string;
}

/** An SSH public key of a type or size that age does not seal to. Its message says which. */
export class UnsupportedSshKey extends Error {}

/**
 * Reads a public key blob. Throws UnsupportedSshKey for other types than ssh-ed25519 and ssh-rsa
 * and for RSA below 2048 bits, a plain Error for malformed data.
 */
export function readSshPublicKey(blob: Uint8Array): SshPublicKey {
  const reader = new SshReader(blob);
  const type = reader.text();
  const tag = base64nopad.encode(createHash('sha256').update(blob).digest().subarray(0, 4));
  if (type === 'ssh-ed25519') {
    const point = Uint8Array.from(reader.string());
    if (point.length !== 32 || reader.remaining > 0 || !isEd25519Point(point)) throw new Error('not an Ed25519 key');
    return { material: { type, point }, blob, tag };
  }
  if (type === 'ssh-rsa') {
    const exponent = reader.positive();
    const key = rsaPublicKey(reader.positive(), exponent);
    if (reader.remaining > 0) throw new Error('data after the RSA key');
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    if (bits < smallestRsa) throw new UnsupportedSshKey(`an RSA key of ${bits} bits, fewer than ${smallestRsa}`);
    return { material: { type, key }, blob, tag };
  }
  throw new UnsupportedSshKey(`an SSH key of type "${type}"`);
}

/** Reads a line of an authorized_keys file or of a `.pub` file, without options. Throws like `readSshPublicKey`. */
export function parseSshPublicKey(line: string): SshPublicKey {
  const [type, encoded = ''] = line.split(/[ \t]+/);
  const blob = base64.decode(encoded);
  if (new SshReader(blob).text() !== type) throw new Error('the type does not fit the key');
  return readSshPublicKey(blob);
}

/** The tag by which stanzas name an SSH recipient line; null for any other recipient. */
export function sshTagOf(recipient: string): string | null {
  return recipient.startsWith('ssh-') ? parseSshPublicKey(recipient).tag : null;
}

/** The recipient of an SSH public key. Its text leaves the comment away. */
export function sshRecipient(publicKey: SshPublicKey): Recipient {
  const { material, blob } = publicKey;
  return {
    type: material.type,
    text: `${material.type} ${base64.encode(blob)}`,
    fingerprint: fingerprintOf(blob),
    labels: [],
    wrapFileKey: async (fileKey) => [
      material.type === 'ssh-ed25519'
        ? wrapToEd25519(publicKey, material.point, fileKey)
        : wrapToRsa(publicKey, material.key, fileKey),
    ],
  };
}
