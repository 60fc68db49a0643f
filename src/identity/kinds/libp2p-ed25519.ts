import { ed25519 } from '@noble/curves/ed25519.js';
import { libp2pKind } from '../libp2p.ts';

/** A libp2p peer with an ed25519 key; the secret is the 32-byte seed of RFC 8032. Public id `12D3Koo…`. */
export const libp2pEd25519 = libp2pKind({
  type: 'ed25519',
  // Every 32 bytes are an ed25519 seed.
  isSecret: (bytes) => bytes.length === 32,
  publicKey: (seed) => ed25519.getPublicKey(seed),
});
