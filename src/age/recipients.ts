import { ValopsError } from '../lib/errors.ts';
import { nativeRecipient } from './native-keys.ts';
import type { PluginDoors } from './plugin-doors.ts';
import { pluginOfRecipient } from './plugin-name.ts';
import { pluginRecipient } from './plugin-recipient.ts';
import type { Recipient } from './recipient.ts';
import { UnsupportedSshKey, parseSshPublicKey, sshRecipient } from './ssh-public-key.ts';
import { linesOfKeyFile } from './key-file.ts';

export type { PluginDoors, Recipient };
export { passphraseRecipient } from './passphrase.ts';

const longestLine = 8 * 1024;

function invalid(message: string, hint: string): ValopsError {
  return new ValopsError('AGE_RECIPIENT_INVALID', message, { hint });
}

/**
 * Reads one recipient: `age1…` of any built-in type, `age1NAME1…` of a plugin, `ssh-ed25519 …` or
 * `ssh-rsa …`. Throws AGE_RECIPIENT_INVALID, which repeats the text only where it is surely public.
 */
export function parseRecipient(text: string, plugins: PluginDoors): Recipient {
  const line = text.trim();
  if (/^(AGE-SECRET-KEY-|AGE-PLUGIN-|-----BEGIN )/i.test(line)) {
    throw invalid(
      'a secret key was given where a recipient belongs',
      'Give its public line (age1…), and replace the key if others could see it.',
    );
  }
  if (line.startsWith('ssh-') || line.startsWith('ecdsa-') || line.startsWith('sk-')) return fromSshLine(line);
  if (/^age1(pq|tag|tagpq)1/.test(line)) return nativeRecipient(line);
  if (line.startsWith('age1') && line.lastIndexOf('1') > 'age1'.length - 1) {
    const name = pluginOfRecipient(line);
    if (name === null)
      throw invalid(`"${line}" is not a valid recipient of a plugin`, 'Copy the recipient again, whole.');
    return pluginRecipient(name, line, 'add-recipient', plugins);
  }
  if (line.startsWith('age1')) return nativeRecipient(line);
  const isPath = /^[\w~.-]*[/.][\w~./-]*$/.test(line) && line.length < 256;
  throw isPath
    ? invalid(`"${line}" is not a recipient`, `Use -R '${line}' if it is a file of recipients.`)
    : invalid('the recipient is of no known type', 'A recipient starts with age1, ssh-ed25519 or ssh-rsa.');
}

function fromSshLine(line: string): Recipient {
  try {
    return sshRecipient(parseSshPublicKey(line));
  } catch (cause) {
    if (cause instanceof UnsupportedSshKey) {
      throw new ValopsError('AGE_RECIPIENT_INVALID', `age cannot seal to ${cause.message}`, {
        hint: 'Use an ssh-ed25519 key, or an age key.',
        cause,
      });
    }
    throw new ValopsError('AGE_RECIPIENT_INVALID', 'the SSH public key is malformed', {
      hint: 'Copy the whole line of its .pub file again.',
      cause,
    });
  }
}

/**
 * Reads a recipients file: one recipient a line, `#` comments, blank lines. As in age, an SSH key
 * that age cannot use is passed over with a warning. Throws AGE_RECIPIENT_INVALID as `name:line`;
 * the line itself is never repeated, it may be of a confidential file given by mistake.
 */
export function parseRecipientsFile(bytes: Uint8Array, name: string, plugins: PluginDoors): readonly Recipient[] {
  const recipients: Recipient[] = [];
  for (const { text, number } of linesOfKeyFile(bytes)) {
    try {
      if (text.length > longestLine) throw invalid('the line is too long', 'Put one recipient on each line.');
      recipients.push(parseRecipient(text, plugins));
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
      if (error.cause instanceof UnsupportedSshKey) {
        plugins.events.emit({ kind: 'warning', message: `"${name}:${number}" passed over: ${error.message}` });
        continue;
      }
      const secret = error.message.startsWith('a secret key');
      throw invalid(
        `"${name}:${number}" ${secret ? 'is a secret key, not a recipient' : 'is not a valid recipient'}`,
        error.hint ?? 'Put one recipient on each line.',
      );
    }
  }
  if (recipients.length === 0) throw invalid(`"${name}" holds no recipients`, 'Put one recipient on each line.');
  return recipients;
}
