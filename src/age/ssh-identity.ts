import { createPrivateKey, createPublicKey, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Stanza } from 'age-encryption';
import { ed25519 } from '@noble/curves/ed25519.js';
import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import type { Identity } from './identity.ts';
import { cipherOf, isOpensshKey, openOpensshKey, parseOpensshKey } from './openssh-key.ts';
import type { OpensshKey } from './openssh-key.ts';
import type { Recipient } from './recipient.ts';
import { unwrapWithEd25519 } from './ssh-ed25519.ts';
import { UnsupportedSshKey, readSshPublicKey, sshRecipient } from './ssh-public-key.ts';
import type { SshPublicKey } from './ssh-public-key.ts';
import { unwrapWithRsa } from './ssh-rsa.ts';
import { SshReader, sshPositive, sshString } from './ssh-wire.ts';

/** An SSH key pair as age identity, with the recipient that belongs to it. */
export interface SshIdentity {
  readonly identity: Identity;
  readonly recipient: Recipient;
}

type Unwrap = (stanza: Stanza) => Uint8Array | null;

/**
 * Identity from an SSH private key: OpenSSH's own format, or an unencrypted PKCS#1 or PKCS#8 PEM.
 * The passphrase is asked for when a stanza is for this key, not before. Throws
 * AGE_IDENTITY_INVALID.
 */
export function sshIdentity(pem: string, name: string, passphrase: () => Promise<Secret>): SshIdentity {
  try {
    return isOpensshKey(pem) ? fromOpenssh(pem, name, passphrase) : fromPem(pem, name);
  } catch (error) {
    if (error instanceof ValopsError) throw error;
    if (error instanceof UnsupportedSshKey) {
      throw new ValopsError('AGE_IDENTITY_INVALID', `"${name}" holds ${error.message}, which age cannot use`, {
        hint: 'Use an ssh-ed25519 key, or an age key.',
      });
    }
    throw new ValopsError('AGE_IDENTITY_INVALID', `"${name}" is not a private key that can be read`, {
      hint: `Check it with: ssh-keygen -y -f '${name}'`,
    });
  }
}

function fromOpenssh(pem: string, name: string, passphrase: () => Promise<Secret>): SshIdentity {
  const key = parseOpensshKey(pem);
  const publicKey = readSshPublicKey(key.publicBlob);
  if (key.cipher === 'none') {
    const unwrap = unwrapperOf(key, publicKey, undefined, name);
    return identityOf(publicKey, name, async () => unwrap);
  }
  cipherOf(key, name);
  let opened: Unwrap | undefined;
  return identityOf(publicKey, name, async () => (opened ??= unwrapperOf(key, publicKey, await passphrase(), name)));
}

function identityOf(publicKey: SshPublicKey, name: string, open: () => Promise<Unwrap>): SshIdentity {
  const recipient = sshRecipient(publicKey);
  const identity: Identity = {
    recipient,
    source: name,
    unwrapFileKey: async (stanzas) => {
      for (const stanza of stanzas) {
        if (stanza.args[0] !== recipient.type || stanza.args[1] !== publicKey.tag) continue;
        const fileKey = (await open())(stanza);
        if (fileKey !== null) return fileKey;
      }
      return null;
    },
  };
  return { identity, recipient };
}

function unwrapperOf(key: OpensshKey, publicKey: SshPublicKey, passphrase: Secret | undefined, name: string): Unwrap {
  const reader = openOpensshKey(key, passphrase, name);
  const type = reader.text();
  if (type !== publicKey.material.type) throw mismatch(name);
  if (type === 'ssh-ed25519') {
    reader.string();
    const seed = Uint8Array.from(reader.string().subarray(0, 32));
    checkSame(ed25519Blob(seed), publicKey, name);
    return (stanza) => unwrapWithEd25519(publicKey, seed, stanza);
  }
  const rsaKey = readRsaKey(reader);
  checkSame(rsaBlob(rsaKey), publicKey, name);
  return (stanza) => unwrapWithRsa(publicKey, rsaKey, stanza);
}

// PROTOCOL.key has n, e, d, q^-1 mod p, p, q; JWK (RFC 7518) wants d mod p-1 and d mod q-1 too.
function readRsaKey(reader: SshReader): KeyObject {
  const next = (): Buffer => reader.positive();
  const [n, e, d, qi, p, q] = [next(), next(), next(), next(), next(), next()];
  const jwk = { kty: 'RSA', n: url(n), e: url(e), d: url(d), p: url(p), q: url(q), qi: url(qi) };
  const key = { ...jwk, dp: url(remainder(d, p)), dq: url(remainder(d, q)) };
  return createPrivateKey({ key, format: 'jwk' });
}

function url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function remainder(value: Buffer, prime: Buffer): Buffer {
  const number = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex')}`);
  const hex = (number(value) % (number(prime) - 1n)).toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function fromPem(pem: string, name: string): SshIdentity {
  if (/ENCRYPTED/.test(pem)) {
    throw new ValopsError('AGE_IDENTITY_INVALID', `"${name}" is an encrypted key in an old format`, {
      hint: `Convert it to OpenSSH's format with: ssh-keygen -p -f '${name}'`,
    });
  }
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType === 'rsa') {
    const publicKey = readSshPublicKey(rsaBlob(key));
    return identityOf(publicKey, name, async () => (stanza) => unwrapWithRsa(publicKey, key, stanza));
  }
  if (key.asymmetricKeyType === 'ed25519') {
    const seed = Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url');
    const publicKey = readSshPublicKey(ed25519Blob(seed));
    return identityOf(publicKey, name, async () => (stanza) => unwrapWithEd25519(publicKey, seed, stanza));
  }
  throw new UnsupportedSshKey(`a key of type "${key.asymmetricKeyType ?? 'unknown'}"`);
}

function ed25519Blob(seed: Uint8Array): Buffer {
  return Buffer.concat([sshString('ssh-ed25519'), sshString(ed25519.getPublicKey(seed))]);
}

function rsaBlob(key: KeyObject): Buffer {
  const { n = '', e = '' } = createPublicKey(key).export({ format: 'jwk' });
  const [modulus, exponent] = [Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url')];
  return Buffer.concat([sshString('ssh-rsa'), sshPositive(exponent), sshPositive(modulus)]);
}

function checkSame(blob: Buffer, publicKey: SshPublicKey, name: string): void {
  if (blob.length !== publicKey.blob.length || !timingSafeEqual(blob, publicKey.blob)) throw mismatch(name);
}

function mismatch(name: string): ValopsError {
  return new ValopsError('AGE_IDENTITY_INVALID', `the public and the secret half in "${name}" are not one pair`, {
    hint: 'Restore the key file from a copy.',
  });
}
