import { ValopsError } from '../lib/errors.ts';
import type { ErrorCode } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { armorBegin } from './armor.ts';
import { openBytes } from './engine.ts';
import type { Identity } from './identity.ts';
import { linesOfKeyFile } from './key-file.ts';
import { nativeIdentity, nativeRecipient } from './native-keys.ts';
import { passphraseIdentity } from './passphrase.ts';
import type { PluginDoors } from './plugin-doors.ts';
import { pluginIdentity } from './plugin-identity.ts';
import { pluginOfIdentity } from './plugin-name.ts';
import { pluginRecipient } from './plugin-recipient.ts';
import type { Recipient } from './recipient.ts';
import { sshIdentity } from './ssh-identity.ts';

export type { Identity };
export { passphraseIdentity };

export interface IdentityFileOptions {
  /** Name of the file, for messages. */
  readonly name: string;
  readonly plugins: PluginDoors;
  /** Asks for the passphrase of the file; called at most once, and only when it is needed. */
  readonly passphrase: (what: string) => Promise<Secret>;
}

interface Key {
  readonly identity: Identity;
  readonly recipients: () => Promise<readonly Recipient[]>;
}

/**
 * Reads an identity file: age keys and plugin identities, one a line; such a file sealed to a
 * passphrase; or an OpenSSH private key. A passphrase is not asked for here but when a file is
 * opened. Throws AGE_IDENTITY_INVALID, never with a line of the file.
 */
export async function parseIdentityFile(bytes: Uint8Array, options: IdentityFileOptions): Promise<readonly Identity[]> {
  return (await parseKeys(bytes, options)).map((key) => key.identity);
}

/**
 * The recipients that belong to the identities of a file, for `encrypt -i`. Asks for the
 * passphrase of a sealed identity file, but not of an SSH key. Throws AGE_IDENTITY_INVALID,
 * AGE_PASSPHRASE_WRONG.
 */
export async function recipientsOfIdentityFile(
  bytes: Uint8Array,
  options: IdentityFileOptions,
): Promise<readonly Recipient[]> {
  const recipients: Recipient[] = [];
  for (const key of await parseKeys(bytes, options)) recipients.push(...(await key.recipients()));
  return recipients;
}

async function parseKeys(bytes: Uint8Array, options: IdentityFileOptions): Promise<readonly Key[]> {
  if (isSealed(bytes)) return [sealedKeys(bytes, options)];
  if (startOf(bytes).startsWith('-----BEGIN')) return [sshKey(bytes, options)];
  return parseLines(bytes, options);
}

/**
 * An identity file as text: as it is, or opened where it is sealed to a passphrase. An SSH key is
 * answered as it is too. Throws AGE_IDENTITY_INVALID, AGE_PASSPHRASE_WRONG.
 */
export async function identityFileText(bytes: Uint8Array, options: IdentityFileOptions): Promise<Secret> {
  if (!isSealed(bytes)) return new Secret(Uint8Array.from(bytes));
  return openIdentityFile(bytes, () => options.passphrase(`identity file "${options.name}"`), options.name);
}

function isSealed(bytes: Uint8Array): boolean {
  const start = startOf(bytes);
  return start.startsWith('age-encryption.org/') || start.startsWith(armorBegin);
}

function startOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.subarray(0, 2048)).toString('latin1').trimStart();
}

function parseLines(bytes: Uint8Array, { name, plugins }: IdentityFileOptions): Promise<readonly Key[]> {
  const lines = linesOfKeyFile(bytes);
  if (lines.length === 0) throw invalid(`"${name}" holds no identities`);
  return Promise.all(
    lines.map(async ({ text, number }): Promise<Key> => {
      if (text.startsWith('AGE-SECRET-KEY-')) {
        const identity = await nativeIdentity(text, name);
        return { identity, recipients: async () => [nativeRecipient(identity.recipient?.text ?? '')] };
      }
      const plugin = pluginOfIdentity(text);
      if (plugin !== null) {
        return {
          identity: pluginIdentity(plugin, text, name, plugins),
          recipients: async () => [pluginRecipient(plugin, text, 'add-identity', plugins)],
        };
      }
      throw invalid(`"${name}:${number}" is ${/^(age1|ssh-)/.test(text) ? 'a recipient, not' : 'not'} an identity`);
    }),
  );
}

function sshKey(bytes: Uint8Array, options: IdentityFileOptions): Key {
  const ask = once(() => options.passphrase(`SSH key "${options.name}"`));
  const { identity, recipient } = sshIdentity(new TextDecoder().decode(bytes), options.name, ask);
  return { identity, recipients: async () => [recipient] };
}

function sealedKeys(bytes: Uint8Array, options: IdentityFileOptions): Key {
  const ask = once(() => options.passphrase(`identity file "${options.name}"`));
  const inner = once(async () => {
    const content = await openIdentityFile(bytes, ask, options.name);
    return parseLines(
      content.use((plaintext) => plaintext),
      options,
    ).finally(() => content.wipe());
  });
  return {
    identity: {
      recipient: undefined,
      source: options.name,
      unwrapFileKey: async (stanzas) => {
        for (const { identity } of await inner()) {
          const fileKey = await identity.unwrapFileKey(stanzas);
          if (fileKey !== null) return fileKey;
        }
        return null;
      },
    },
    recipients: async () => {
      const recipients: Recipient[] = [];
      for (const key of await inner()) recipients.push(...(await key.recipients()));
      return recipients;
    },
  };
}

async function openIdentityFile(bytes: Uint8Array, ask: () => Promise<Secret>, name: string): Promise<Secret> {
  try {
    return await openBytes(bytes, [passphraseIdentity(ask)]);
  } catch (cause) {
    if (!(cause instanceof ValopsError)) throw cause;
    if (cause.code === 'AGE_PASSPHRASE_WRONG') {
      throw new ValopsError('AGE_PASSPHRASE_WRONG', `the passphrase of "${name}" is wrong`, {
        hint: 'Try again.',
        cause,
      });
    }
    if (cause.code === 'AGE_NO_IDENTITY_MATCH') {
      throw new ValopsError('AGE_IDENTITY_INVALID', `"${name}" is a sealed file, but not sealed to a passphrase`, {
        hint: 'Open it first, and give the identity file that it holds.',
        cause,
      });
    }
    if (damage.has(cause.code)) {
      throw new ValopsError('AGE_IDENTITY_INVALID', `"${name}" is damaged: ${cause.message}`, {
        hint: 'Restore the key file from a copy.',
        cause,
      });
    }
    throw cause;
  }
}

const damage: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'AGE_ARMOR_INVALID',
  'AGE_HEADER_INVALID',
  'AGE_PAYLOAD_INVALID',
]);

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}

function invalid(message: string): ValopsError {
  return new ValopsError('AGE_IDENTITY_INVALID', message, {
    hint: 'Give a file of AGE-SECRET-KEY-… or AGE-PLUGIN-… lines, or an SSH private key.',
  });
}
