import { secp256k1 } from '@noble/curves/secp256k1.js';
import { libp2pKind } from '../libp2p.ts';

/** A libp2p peer with a secp256k1 key, as Arch Network validators are named: public id `16Uiu2…`. */
export const libp2pSecp256k1 = libp2pKind({
  type: 'secp256k1',
  isSecret: (bytes) => secp256k1.utils.isValidSecretKey(bytes),
  publicKey: (secret) => secp256k1.getPublicKey(secret, true),
});
