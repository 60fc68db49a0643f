import { bech32 } from '@scure/base';

/** Nothing that could leave the directories of PATH (C2SP age-plugin, names). */
const valid = /^[a-z0-9+\-._]+$/;

function decode(text: string): string | null {
  try {
    // Decoded without a length limit: plugin data may be long.
    return bech32.decode(text as `${string}1${string}`, false).prefix;
  } catch {
    return null;
  }
}

/** The plugin's name in a recipient `age1NAME1…`, or null when it is none. */
export function pluginOfRecipient(text: string): string | null {
  const prefix = decode(text);
  const name = prefix?.startsWith('age1') === true && text.startsWith('age1') ? prefix.slice('age1'.length) : '';
  return valid.test(name) ? name : null;
}

/** The plugin's name in an identity `AGE-PLUGIN-NAME-1…`, or null when it is none. */
export function pluginOfIdentity(text: string): string | null {
  if (!text.startsWith('AGE-PLUGIN-')) return null;
  const prefix = decode(text)?.toLowerCase();
  const name = prefix?.endsWith('-') === true ? prefix.slice('age-plugin-'.length, -1) : '';
  return valid.test(name) ? name : null;
}
