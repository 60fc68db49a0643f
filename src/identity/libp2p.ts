import { bytesToHex } from '@noble/hashes/utils.js';
import { ValopsError } from '../lib/errors.ts';
import { decodeHexSecret, encodeHexSecret } from './hex-secret.ts';
import type { Kind, PublicIdentity } from './kind.ts';
import { peerId } from './peer-id.ts';
import { collectSingleFile, placeSingleFile } from './single-file.ts';

/** What differs between the libp2p kinds. */
export interface Libp2pKey {
  readonly type: 'ed25519' | 'secp256k1';
  /** Whether 32 bytes are a secret key of the curve. */
  isSecret(bytes: Uint8Array): boolean;
  /** The public key in the form the peer id carries. */
  publicKey(secret: Uint8Array): Uint8Array;
}

/** A kind whose payload is a libp2p node's secret as 64 hex digits and whose public id is the peer id. */
export function libp2pKind(key: Libp2pKey): Kind {
  const identify = (secret: Uint8Array): PublicIdentity => {
    const publicKey = key.publicKey(secret);
    return { publicId: peerId(key.type, publicKey), publicKey: bytesToHex(publicKey) };
  };

  const derive = (payload: Uint8Array): PublicIdentity => {
    const secret = decodeHexSecret(payload);
    try {
      if (!key.isSecret(secret)) {
        throw new ValopsError('IDENTITY_PAYLOAD_INVALID', `the 64 hex digits are not a ${key.type} secret key`, {
          hint: 'Check that the payload belongs to this kind of identity.',
        });
      }
      return identify(secret);
    } finally {
      secret.fill(0);
    }
  };

  return {
    id: `libp2p-${key.type}`,
    payload: 'secret as 64 lowercase hex digits, no newline',
    target: 'file',
    async generate(context) {
      let secret = context.randomBytes(32);
      // Rejection, not reduction: every valid scalar stays equally likely. It repeats once in 2^128.
      while (!key.isSecret(secret)) secret = context.randomBytes(32);
      try {
        return { payload: encodeHexSecret(secret), identity: identify(secret) };
      } finally {
        secret.fill(0);
      }
    },
    derive,
    place(payload) {
      derive(payload);
      return placeSingleFile(payload);
    },
    collect: collectSingleFile,
  };
}
