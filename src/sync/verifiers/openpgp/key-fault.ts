import type { Key, Subkey } from '../openpgp-library.ts';

/**
 * Why a signing key may not be relied on at `now`, in one clause with the date: revoked
 * or expired, itself or its primary, not allowed to sign, or too weak. Undefined when it may. What
 * counts is the key as its owner describes it by now, as with gpgv(1): an extended key is valid.
 */
export async function keyFault(key: Key, signing: Key | Subkey, now: Date): Promise<string | undefined> {
  if (await key.isRevoked(undefined, undefined, now)) return `the key was revoked on ${earliest(key)}`;
  const part = signing === key ? 'the key' : `its signing subkey ${signing.getFingerprint().toUpperCase()}`;
  try {
    const expiry = await key.getExpirationTime();
    if (expiry instanceof Date && expiry <= now) return `the key expired on ${day(expiry)}`;
    if ('mainKey' in signing) {
      if (signing.revocationSignatures.length > 0 && (await isRevoked(signing, now))) {
        return `${part} was revoked on ${earliest(signing)}`;
      }
      const end = await signing.getExpirationTime(now);
      if (end instanceof Date && end <= now) return `${part} expired on ${day(end)}`;
    }
    await key.getSigningKey(signing.getKeyID(), now);
    return undefined;
  } catch (error) {
    const { curve } = signing.getAlgorithmInfo();
    if (curve === 'secp256k1') return `${part} is on the curve secp256k1, which is not accepted for OpenPGP`;
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return `${part} cannot be relied on: ${reason}`;
  }
}

/** The first user id and the primary fingerprint of a key, for messages. */
export function ownerOf(key: Key): string {
  const [name = 'without a name'] = key.getUserIDs();
  return `"${name}" (${key.getFingerprint().toUpperCase()})`;
}

async function isRevoked(subkey: Subkey, now: Date): Promise<boolean> {
  try {
    await subkey.verify(now);
    return false;
  } catch (error) {
    return error instanceof Error && /revoked/i.test(error.message);
  }
}

function earliest({ revocationSignatures }: Pick<Key, 'revocationSignatures'>): string {
  const [first] = revocationSignatures
    .flatMap(({ created }) => created ?? [])
    .sort((a, b) => a.getTime() - b.getTime());
  return first === undefined ? 'an unknown date' : day(first);
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
