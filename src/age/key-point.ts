import { ed25519 } from '@noble/curves/ed25519.js';
import { bech32 } from '@scure/base';
import { parseSshPublicKey } from './ssh-public-key.ts';

/**
 * The Curve25519 point (u coordinate, lowercase hex) behind an `age1…` or `ssh-ed25519 …` recipient line, null for
 * any other. One key may go by both names: ssh-to-age makes the first of the second.
 */
export function curvePointOf(recipient: string): string | null {
  if (recipient.startsWith('ssh-ed25519 ')) {
    const { material } = parseSshPublicKey(recipient);
    if (material.type !== 'ssh-ed25519') return null;
    return Buffer.from(ed25519.utils.toMontgomery(material.point)).toString('hex');
  }
  const decoded = bech32.decodeUnsafe(recipient, false);
  if (decoded?.prefix !== 'age') return null;
  return Buffer.from(bech32.fromWords(decoded.words)).toString('hex');
}
