import { hkdfSync, randomBytes } from 'node:crypto';
import { Stanza } from 'age-encryption';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { base64nopad } from '@scure/base';
import { openFileKey, sealFileKey } from './file-key.ts';
import type { SshPublicKey } from './ssh-public-key.ts';

const label = 'age-encryption.org/v1/ssh-ed25519';

// C2SP age, ssh-ed25519: the tweak binds the exchange to the SSH key as it is on the wire.
function wrappingKey(
  publicKey: SshPublicKey,
  exchanged: Uint8Array,
  share: Uint8Array,
  theirs: Uint8Array,
): Uint8Array {
  const tweak = new Uint8Array(hkdfSync('sha256', new Uint8Array(0), publicKey.blob, label, 32));
  const secret = x25519.scalarMult(tweak, exchanged);
  return new Uint8Array(hkdfSync('sha256', secret, Buffer.concat([share, theirs]), label, 32));
}

/** Whether the 32 bytes are a point that ssh-ed25519 recipients can use. */
export function isEd25519Point(point: Uint8Array): boolean {
  try {
    ed25519.utils.toMontgomery(point);
    return true;
  } catch {
    return false;
  }
}

/** Stanza that wraps a file key to an Ed25519 SSH key (C2SP age, ssh-ed25519). */
export function wrapToEd25519(publicKey: SshPublicKey, point: Uint8Array, fileKey: Uint8Array): Stanza {
  const theirs = ed25519.utils.toMontgomery(point);
  const ephemeral = randomBytes(32);
  const share = x25519.scalarMultBase(ephemeral);
  const key = wrappingKey(publicKey, x25519.scalarMult(ephemeral, theirs), share, theirs);
  ephemeral.fill(0);
  return new Stanza(['ssh-ed25519', publicKey.tag, base64nopad.encode(share)], sealFileKey(key, fileKey));
}

/**
 * The file key of a stanza, or null when it is for another key. `seed` is the 32-byte Ed25519
 * secret. Throws a plain Error for a malformed stanza.
 */
export function unwrapWithEd25519(publicKey: SshPublicKey, seed: Uint8Array, stanza: Stanza): Uint8Array | null {
  const [, tag, shareText, ...more] = stanza.args;
  if (shareText === undefined || more.length > 0) throw new Error('malformed ssh-ed25519 stanza');
  const share = base64nopad.decode(shareText);
  if (share.length !== 32) throw new Error('malformed ssh-ed25519 stanza');
  if (tag !== publicKey.tag) return null;
  const scalar = ed25519.utils.toMontgomerySecret(seed);
  const ours = x25519.scalarMultBase(scalar);
  return openFileKey(wrappingKey(publicKey, x25519.scalarMult(scalar, share), share, ours), stanza.body);
}
