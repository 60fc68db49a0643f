import { ValopsError } from '../../../lib/errors.ts';
import { type Key, readKeys } from '../openpgp-library.ts';

const block = /-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*?-----END PGP PUBLIC KEY BLOCK-----/g;

/**
 * The trusted keys among those in the operator's key files (armored or binary, any number to a file),
 * by primary fingerprint in uppercase. The same key in two files is merged, so that a revocation in
 * either counts. Throws SYNC_VERIFIER_BLIND for a file without keys, and for a fingerprint that is none.
 */
export async function readKeyring(
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  trusted: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Key>> {
  const wrong = trusted.find((signer) => !/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(signer));
  if (wrong !== undefined) {
    throw new ValopsError('SYNC_VERIFIER_BLIND', `openpgp: "${wrong}" is no fingerprint of 40 or 64 hex digits`, {
      hint: 'Write whole primary key fingerprints under "signers", as gpg --show-keys prints them; key ids can be forged.',
    });
  }
  const keyring = new Map<string, Key>();
  for (const { name, bytes } of files) {
    for (const key of await keysIn(name, bytes)) {
      const fingerprint = key.getFingerprint().toUpperCase();
      if (!trusted.includes(fingerprint)) continue;
      const known = keyring.get(fingerprint);
      keyring.set(fingerprint, known === undefined ? key.toPublic() : await known.update(key.toPublic(), now));
    }
  }
  return keyring;
}

async function keysIn(name: string, bytes: Uint8Array): Promise<readonly Key[]> {
  const blocks = Buffer.from(bytes).toString('latin1').match(block);
  try {
    if (blocks === null) return await readKeys({ binaryKeys: bytes });
    const read = await Promise.all(blocks.map((armoredKeys) => readKeys({ armoredKeys })));
    return read.flat();
  } catch (cause) {
    throw new ValopsError('SYNC_VERIFIER_BLIND', `openpgp: no public keys can be read from "${name}"`, {
      hint: `Export them again: gpg --armor --export FINGERPRINT > ${name}`,
      cause,
    });
  }
}
