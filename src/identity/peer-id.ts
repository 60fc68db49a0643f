import { base58 } from '@scure/base';

/** The key types a peer id can carry whole, with their protobuf enum value (libp2p specs, peer-ids, "Keys"). */
const keyTypes = { ed25519: 1, secp256k1: 2 } as const;

/**
 * The libp2p peer id of a public key, base58btc (libp2p specs, peer-ids, "Peer Ids" and "String
 * representation"): the identity multihash (code 0x00) of the PublicKey protobuf, which is allowed
 * because both forms are at most 42 bytes.
 *
 * `publicKey` is 32 raw bytes for ed25519, the 33-byte compressed point for secp256k1.
 */
export function peerId(type: keyof typeof keyTypes, publicKey: Uint8Array): string {
  const protobuf = [0x08, keyTypes[type], 0x12, publicKey.length, ...publicKey];
  return base58.encode(Uint8Array.of(0x00, protobuf.length, ...protobuf));
}
