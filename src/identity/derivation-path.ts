import { HDKey } from 'micro-key-producer/slip10.js';
import { ValopsError } from '../lib/errors.ts';

/**
 * The ed25519 seed (32 bytes, the caller wipes it) at `path` below a BIP39 seed: SLIP-0010, as
 * solana-keygen derives it. `path` is `m` followed by hardened indexes: `m/44'/501'/0'/0'`.
 *
 * Throws USAGE for any other spelling. solana-keygen hardens a plain index silently; here it is
 * refused, since the path the operator wrote down would not be the one in use.
 */
export function deriveEd25519Seed(seed: Uint8Array, path: string): Uint8Array {
  if (!/^m(\/(0|[1-9]\d*)')*$/.test(path) || path.split('/').some((part) => parseInt(part, 10) >= 2 ** 31)) {
    throw new ValopsError('USAGE', `derivation path "${path}" is not m followed by hardened indexes below 2147483648`, {
      hint: "Write every index with an apostrophe: --derivation-path \"m/44'/501'/0'/0'\".",
    });
  }
  return HDKey.fromMasterSeed(seed).derive(path).privateKey;
}
