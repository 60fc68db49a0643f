import { ValopsError } from '../lib/errors.ts';
import { nativeRecipient } from './native-keys.ts';
import type { PluginDoors } from './plugin-doors.ts';
import type { Recipient } from './recipient.ts';

export type { PluginDoors, Recipient };
export { passphraseRecipient } from './passphrase.ts';

/** Reads one recipient. Throws AGE_RECIPIENT_INVALID; a secret key pasted by mistake is not repeated. */
export function parseRecipient(text: string, _plugins: PluginDoors): Recipient {
  if (text.startsWith('age1')) return nativeRecipient(text);
  throw new ValopsError('AGE_RECIPIENT_INVALID', 'this is not a recipient', {
    hint: 'A recipient starts with age1 or ssh-.',
  });
}

/** Reads a recipients file: one a line, `#` comments, blank lines. Throws AGE_RECIPIENT_INVALID as name:line. */
export function parseRecipientsFile(bytes: Uint8Array, name: string, plugins: PluginDoors): readonly Recipient[] {
  const recipients = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parseRecipient(line, plugins));
  if (recipients.length === 0) {
    throw new ValopsError('AGE_RECIPIENT_INVALID', `no recipients in "${name}"`, {
      hint: 'Put one recipient on each line.',
    });
  }
  return recipients;
}
