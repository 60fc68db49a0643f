import type { SecretKey } from '../../age/secret-key.ts';
import { combineParts, splitSecret } from '../../age/shamir.ts';
import { ValopsError } from '../../lib/errors.ts';
import { treePath, treeRoot } from './hash-tree.ts';
import { leafOf, recipientDigestOf, setIdOf, type Share, type Terms } from './share.ts';

/**
 * Splits a key into the shares of a new set and proves them. Two splits of one key have nothing in
 * common but the key. `threshold` is 2 to `total`, `total` at most `mostShares`.
 */
export async function deal(key: SecretKey, threshold: number, total: number): Promise<readonly Share[]> {
  const payloads = await splitSecret(key.bytes, threshold, total);
  const terms: Terms = {
    keyType: key.type,
    threshold,
    total,
    recipientDigest: recipientDigestOf(key.recipient.text),
  };
  const leaves = payloads.map((payload, at) => leafOf(at + 1, payload));
  const set = setIdOf(terms, treeRoot(leaves));
  return payloads.map((payload, at) => ({ ...terms, set, index: at + 1, payload, path: treePath(leaves, at) }));
}

/**
 * Proves that every choice of `threshold` shares gives the key. Recombining each run of neighbours
 * is enough for all: two runs one step apart have the key and `threshold` - 1 shares in common,
 * which is one polynomial, so all shares lie on the same. Throws ESCROW_UNPROVEN.
 */
export async function proveDeal(shares: readonly Share[], key: SecretKey): Promise<void> {
  const threshold = shares[0]?.threshold ?? 0;
  for (let from = 0; from + threshold <= shares.length; from++) {
    const bytes = await combineParts(shares.slice(from, from + threshold).map(({ payload }) => payload));
    const isKey = bytes?.use((found) => key.bytes.use((wanted) => Buffer.from(found).equals(wanted))) ?? false;
    bytes?.wipe();
    if (isKey) continue;
    throw new ValopsError(
      'ESCROW_UNPROVEN',
      `shares ${from + 1} to ${from + threshold} do not give the key back; nothing was written`,
      { hint: 'Run the command again; if it happens again, do not trust the memory of this machine.' },
    );
  }
}
