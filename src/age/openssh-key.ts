import { createDecipheriv } from 'node:crypto';
import { base64 } from '@scure/base';
import bcrypt from 'bcrypt-pbkdf';
import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { SshReader } from './ssh-wire.ts';

const begin = '-----BEGIN OPENSSH PRIVATE KEY-----';
const end = '-----END OPENSSH PRIVATE KEY-----';
const magic = 'openssh-key-v1\0';

interface Cipher {
  readonly name: string;
  readonly keySize: number;
  readonly ivSize: number;
  readonly tagSize: number;
}

const ciphers: Readonly<Record<string, Cipher>> = {
  'aes128-ctr': { name: 'aes-128-ctr', keySize: 16, ivSize: 16, tagSize: 0 },
  'aes192-ctr': { name: 'aes-192-ctr', keySize: 24, ivSize: 16, tagSize: 0 },
  'aes256-ctr': { name: 'aes-256-ctr', keySize: 32, ivSize: 16, tagSize: 0 },
  'aes128-cbc': { name: 'aes-128-cbc', keySize: 16, ivSize: 16, tagSize: 0 },
  'aes192-cbc': { name: 'aes-192-cbc', keySize: 24, ivSize: 16, tagSize: 0 },
  'aes256-cbc': { name: 'aes-256-cbc', keySize: 32, ivSize: 16, tagSize: 0 },
  'aes128-gcm@openssh.com': { name: 'aes-128-gcm', keySize: 16, ivSize: 12, tagSize: 16 },
  'aes256-gcm@openssh.com': { name: 'aes-256-gcm', keySize: 32, ivSize: 12, tagSize: 16 },
};

/** A private key file of OpenSSH, its secret part possibly still encrypted (OpenSSH, PROTOCOL.key). */
export interface OpensshKey {
  readonly publicBlob: Uint8Array;
  readonly cipher: string;
  readonly kdfOptions: Uint8Array;
  readonly sealed: Uint8Array;
  readonly tag: Uint8Array;
}

/** Whether a file is in OpenSSH's own private key format. */
export function isOpensshKey(text: string): boolean {
  return text.trimStart().startsWith(begin);
}

/** Reads the file without decrypting it. Throws a plain Error for malformed data. */
export function parseOpensshKey(text: string): OpensshKey {
  const body = text.trim();
  if (!body.endsWith(end)) throw new Error('no END line');
  const reader = new SshReader(base64.decode(body.slice(begin.length, -end.length).replace(/\s+/g, '')));
  if (reader.take(magic.length).toString('latin1') !== magic) throw new Error('not openssh-key-v1');
  const cipher = reader.text();
  const kdf = reader.text();
  const kdfOptions = reader.string();
  if (reader.uint32() !== 1) throw new Error('not exactly one key');
  const publicBlob = reader.string();
  const sealed = reader.string();
  if (kdf !== (cipher === 'none' ? 'none' : 'bcrypt')) throw new Error(`unknown key derivation "${kdf}"`);
  return { publicBlob, cipher, kdfOptions, sealed, tag: reader.take(reader.remaining) };
}

/**
 * The secret part: a reader placed at the key type, after the check numbers. `name` is for
 * messages. Throws AGE_PASSPHRASE_WRONG; AGE_IDENTITY_INVALID for a cipher we do not have.
 */
export function openOpensshKey(key: OpensshKey, passphrase: Secret | undefined, name: string): SshReader {
  const reader = new SshReader(passphrase === undefined ? key.sealed : decrypt(key, passphrase, name));
  if (reader.uint32() !== reader.uint32()) {
    if (passphrase === undefined) throw new Error('the check numbers differ');
    throw wrongPassphrase(name);
  }
  return reader;
}

/** Fails early when the file's cipher is unknown. Throws AGE_IDENTITY_INVALID. */
export function cipherOf(key: OpensshKey, name: string): Cipher {
  const cipher = ciphers[key.cipher];
  if (cipher !== undefined) return cipher;
  throw new ValopsError('AGE_IDENTITY_INVALID', `"${name}" is encrypted with the unknown cipher "${key.cipher}"`, {
    hint: `Encrypt a copy anew with: ssh-keygen -p -Z aes256-ctr -f '${name}'`,
  });
}

function wrongPassphrase(name: string): ValopsError {
  return new ValopsError('AGE_PASSPHRASE_WRONG', `the passphrase of "${name}" is wrong`, { hint: 'Try again.' });
}

function decrypt(key: OpensshKey, passphrase: Secret, name: string): Uint8Array {
  const cipher = cipherOf(key, name);
  const options = new SshReader(key.kdfOptions);
  const salt = options.string();
  const rounds = options.uint32();
  const derived = Buffer.alloc(cipher.keySize + cipher.ivSize);
  const failed = passphrase.use((bytes) =>
    bcrypt.pbkdf(bytes, bytes.length, salt, salt.length, derived, derived.length, rounds),
  );
  if (failed !== 0) throw wrongPassphrase(name);
  const [secret, iv] = [derived.subarray(0, cipher.keySize), derived.subarray(cipher.keySize)];
  try {
    if (cipher.tagSize > 0) {
      const decipher = createDecipheriv(cipher.name as 'aes-256-gcm', secret, iv, { authTagLength: cipher.tagSize });
      decipher.setAuthTag(key.tag);
      return Buffer.concat([decipher.update(key.sealed), decipher.final()]);
    }
    const decipher = createDecipheriv(cipher.name, secret, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(key.sealed), decipher.final()]);
  } catch {
    throw wrongPassphrase(name);
  } finally {
    derived.fill(0);
  }
}
