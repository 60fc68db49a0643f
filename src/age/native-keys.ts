import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption';
import type { Identity as LibraryIdentity, Recipient as LibraryRecipient } from 'age-encryption';
import { ValopsError } from '../lib/errors.ts';
import type { Identity } from './identity.ts';
import { fingerprintOf, postQuantumLabel } from './recipient.ts';
import type { Recipient } from './recipient.ts';

const stanzaTypes: readonly (readonly [prefix: string, type: string])[] = [
  ['age1pq1', 'mlkem768x25519'],
  ['age1tag1', 'p256tag'],
  ['age1tagpq1', 'mlkem768p256tag'],
  ['age1', 'X25519'],
];

function stanzaTypeOf(text: string): string {
  return stanzaTypes.find(([prefix]) => text.startsWith(prefix))?.[1] ?? 'X25519';
}

/**
 * Recipient of a key type that age has built in: `age1…`, `age1pq1…`, `age1tag1…`, `age1tagpq1…`
 * (C2SP age). Throws AGE_RECIPIENT_INVALID.
 */
export function nativeRecipient(text: string): Recipient {
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(text);
  } catch (cause) {
    throw new ValopsError('AGE_RECIPIENT_INVALID', `"${text}" is not a valid age recipient`, {
      hint: 'Copy the recipient again, whole: one character is wrong or missing.',
      cause,
    });
  }
  // The library's recipient classes are reachable only through an Encrypter that holds them.
  const [inner] = encrypter['recipients'] as readonly [LibraryRecipient];
  const type = stanzaTypeOf(text);
  return {
    type,
    text,
    fingerprint: fingerprintOf(text),
    labels: type.startsWith('mlkem') ? [postQuantumLabel] : [],
    wrapFileKey: async (fileKey) => inner.wrapFileKey(fileKey),
  };
}

/**
 * Identity from an `AGE-SECRET-KEY-1…` or `AGE-SECRET-KEY-PQ-1…` line. `source` is for messages.
 * Throws AGE_IDENTITY_INVALID, without the line.
 */
export async function nativeIdentity(line: string, source: string): Promise<Identity> {
  const decrypter = new Decrypter();
  let text: string;
  try {
    decrypter.addIdentity(line);
    text = await identityToRecipient(line);
  } catch {
    // No cause: the library's bech32 errors quote the string, which is the secret.
    throw new ValopsError('AGE_IDENTITY_INVALID', `"${source}" holds a malformed age secret key`, {
      hint: 'Restore the key file from a copy: one character is wrong or missing.',
    });
  }
  const [inner] = decrypter['identities'] as readonly [LibraryIdentity];
  return {
    recipient: { type: stanzaTypeOf(text), text, fingerprint: fingerprintOf(text) },
    source,
    unwrapFileKey: async (stanzas) => inner.unwrapFileKey([...stanzas]),
  };
}
