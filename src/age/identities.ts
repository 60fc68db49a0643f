import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import type { Identity } from './identity.ts';
import { nativeIdentity, nativeRecipient } from './native-keys.ts';
import type { PluginDoors } from './plugin-doors.ts';
import type { Recipient } from './recipient.ts';

export type { Identity };
export { passphraseIdentity } from './passphrase.ts';

export interface IdentityFileOptions {
  /** Name of the file, for messages. */
  readonly name: string;
  readonly plugins: PluginDoors;
  /** Asks for the passphrase of the file; called at most once, and only when it is needed. */
  readonly passphrase: (what: string) => Promise<Secret>;
}

/** Reads an identity file. Throws AGE_IDENTITY_INVALID. */
export async function parseIdentityFile(bytes: Uint8Array, options: IdentityFileOptions): Promise<readonly Identity[]> {
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw new ValopsError('AGE_IDENTITY_INVALID', `no identities in "${options.name}"`);
  return Promise.all(lines.map((line) => nativeIdentity(line, options.name)));
}

/** The recipients that belong to the identities of a file. */
export async function recipientsOfIdentityFile(
  bytes: Uint8Array,
  options: IdentityFileOptions,
): Promise<readonly Recipient[]> {
  const identities = await parseIdentityFile(bytes, options);
  return identities.map((identity) => nativeRecipient(identity.recipient?.text ?? ''));
}
