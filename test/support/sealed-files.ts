import { readFileSync, writeFileSync } from 'node:fs';
import { openBytes, sealBytes } from '../../src/age/engine.ts';
import { parseIdentityFile } from '../../src/age/identities.ts';
import { parseRecipient } from '../../src/age/recipients.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noDoors } from './age-doors.ts';

/** Seals a text to recipient lines, into a file. */
export async function sealFile(
  path: string,
  text: string,
  recipients: readonly string[],
  options: { readonly armor?: boolean } = {},
): Promise<void> {
  const parsed = recipients.map((line) => parseRecipient(line, noDoors()));
  writeFileSync(path, await sealBytes(Buffer.from(text), parsed, options), { mode: 0o600 });
}

/** The text of a sealed file, null when the key file does not open it. */
export async function textOf(path: string, keyFile: string): Promise<string | null> {
  return openText(readFileSync(path), readFileSync(keyFile));
}

/** The text of a sealed file, null when the key does not open it; both as bytes. */
export async function openText(sealed: Uint8Array, key: Uint8Array): Promise<string | null> {
  const identities = await parseIdentityFile(key, {
    name: 'key',
    plugins: noDoors(),
    passphrase: async () => Secret.fromText(''),
  });
  try {
    return (await openBytes(sealed, identities)).useText((text) => text);
  } catch (error) {
    if (error instanceof ValopsError && error.code === 'AGE_NO_IDENTITY_MATCH') return null;
    throw error;
  }
}
