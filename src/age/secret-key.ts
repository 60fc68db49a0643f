import { bech32 } from '@scure/base';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { identityFileText, type IdentityFileOptions } from './identities.ts';
import { linesOfKeyFile } from './key-file.ts';
import { nativeIdentity } from './native-keys.ts';
import type { Identity } from './identity.ts';

/** Human-readable parts of the keys that age has built in (C2SP age), by stanza type. Both hold 32 bytes. */
const prefixes = { X25519: 'age-secret-key-', mlkem768x25519: 'age-secret-key-pq-' } as const;

/** Stanza types of keys that can be taken apart. */
export type SecretKeyType = keyof typeof prefixes;

/** A built-in age key as bytes, with what it opens and where files are sealed to. */
export interface SecretKey {
  readonly type: SecretKeyType;
  /** 32 bytes. */
  readonly bytes: Secret;
  readonly recipient: NonNullable<Identity['recipient']>;
  readonly identity: Identity;
}

/**
 * The one built-in age key of an identity file; its passphrase is asked for where it has one.
 * Throws AGE_IDENTITY_INVALID for several keys, and for SSH keys and plugins, whose secret is not here.
 */
export async function readSecretKey(bytes: Uint8Array, options: IdentityFileOptions): Promise<SecretKey> {
  const content = await identityFileText(bytes, options);
  try {
    const lines = content.use(linesOfKeyFile);
    const [line] = lines;
    if (line === undefined || lines.length > 1 || !line.text.startsWith('AGE-SECRET-KEY-')) {
      throw new ValopsError(
        'AGE_IDENTITY_INVALID',
        `"${options.name}" is not one age key: expected a single AGE-SECRET-KEY-… line`,
        { hint: 'Give a file with the one key. SSH keys and keys of plugins cannot be taken apart.' },
      );
    }
    const identity = await nativeIdentity(line.text, options.name);
    const type = line.text.startsWith('AGE-SECRET-KEY-PQ-') ? 'mlkem768x25519' : 'X25519';
    return keyOf(type, new Secret(bech32.decodeToBytes(line.text).bytes), identity);
  } finally {
    content.wipe();
  }
}

/** The key of 32 bytes. `source` is for messages. */
export async function secretKeyOf(type: SecretKeyType, bytes: Secret, source: string): Promise<SecretKey> {
  return keyOf(type, bytes, await bytes.use((raw) => nativeIdentity(encode(type, raw), source)));
}

/** The key as the three lines that age-keygen(1) writes. */
export function identityFileOf({ type, bytes, recipient }: SecretKey, at: Date): Secret {
  const created = at.toISOString().replace(/\.\d+Z$/, 'Z');
  return bytes.use((raw) =>
    Secret.fromText(`# recovered: ${created}\n# public key: ${recipient.text}\n${encode(type, raw)}\n`),
  );
}

function keyOf(type: SecretKeyType, bytes: Secret, identity: Identity): SecretKey {
  if (identity.recipient === undefined) throw new Error('a built-in identity without a recipient');
  return { type, bytes, recipient: identity.recipient, identity };
}

function encode(type: SecretKeyType, raw: Uint8Array): string {
  return bech32.encode(prefixes[type], bech32.toWords(raw)).toUpperCase();
}
