// The private side of age1tag and age1tagpq recipients, which in the field sits in hardware. Written
// from C2SP age (p256tag, mlkem768p256tag) and RFC 9180, for tests only: it opens files of any maker.
import { createDecipheriv, createECDH, createHmac } from 'node:crypto';
import { MLKEM768P256 } from '@noble/post-quantum/hybrid.js';
import { bech32 } from '@scure/base';
import type { Identity } from '../../src/age/identity.ts';

const extract = (salt: Uint8Array, input: Uint8Array): Buffer => createHmac('sha256', salt).update(input).digest();

function labeledExtract(suite: Buffer, salt: Uint8Array, label: string, input: Uint8Array): Buffer {
  return extract(salt, Buffer.concat([Buffer.from('HPKE-v1'), suite, Buffer.from(label), input]));
}

function labeledExpand(suite: Buffer, secret: Buffer, label: string, info: Uint8Array, size: number): Buffer {
  const length = Buffer.from([size >> 8, size & 255]);
  const labeled = Buffer.concat([length, Buffer.from('HPKE-v1'), suite, Buffer.from(label), info]);
  // HKDF-Expand alone, of which all we need is the first block.
  return createHmac('sha256', secret)
    .update(labeled)
    .update(Buffer.from([1]))
    .digest()
    .subarray(0, size);
}

function openHpke(kem: number, shared: Uint8Array, info: string, sealed: Uint8Array): Uint8Array | null {
  const none = Buffer.alloc(0);
  const suite = Buffer.from([0x48, 0x50, 0x4b, 0x45, kem >> 8, kem & 255, 0, 1, 0, 3]);
  const context = Buffer.concat([
    Buffer.from([0]),
    labeledExtract(suite, none, 'psk_id_hash', none),
    labeledExtract(suite, none, 'info_hash', Buffer.from(info)),
  ]);
  const secret = labeledExtract(suite, shared, 'secret', none);
  const key = labeledExpand(suite, secret, 'key', context, 32);
  const nonce = labeledExpand(suite, secret, 'base_nonce', context, 12);
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(16));
  const opened = decipher.update(sealed.subarray(0, 16));
  decipher.final();
  return opened;
}

export interface TagKey {
  readonly recipient: string;
  readonly identity: Identity;
}

function keyOf(
  hrp: string,
  publicKey: Uint8Array,
  type: string,
  open: (enc: Uint8Array, body: Uint8Array) => Uint8Array | null,
): TagKey {
  return {
    recipient: bech32.encode(hrp, bech32.toWords(publicKey), false),
    identity: {
      recipient: undefined,
      source: type,
      unwrapFileKey: async (stanzas) => {
        const stanza = stanzas.find(({ args }) => args[0] === type);
        return stanza === undefined ? null : open(Buffer.from(stanza.args[2] ?? '', 'base64'), stanza.body);
      },
    },
  };
}

/** A new P-256 key with its `age1tag1…` recipient. */
export function tagKey(): TagKey {
  const key = createECDH('prime256v1');
  key.generateKeys();
  const suite = Buffer.from([0x4b, 0x45, 0x4d, 0, 0x10]);
  return keyOf('age1tag', key.getPublicKey(null, 'compressed'), 'p256tag', (enc, body) => {
    const secret = labeledExtract(suite, Buffer.alloc(0), 'eae_prk', key.computeSecret(enc));
    const context = Buffer.concat([enc, key.getPublicKey()]);
    const shared = labeledExpand(suite, secret, 'shared_secret', context, 32);
    return openHpke(0x10, shared, 'age-encryption.org/p256tag', body);
  });
}

/** A new ML-KEM-768 with P-256 key with its `age1tagpq1…` recipient. */
export function hybridTagKey(): TagKey {
  const { publicKey, secretKey } = MLKEM768P256.keygen();
  return keyOf('age1tagpq', publicKey, 'mlkem768p256tag', (enc, body) =>
    openHpke(0x50, MLKEM768P256.decapsulate(enc, secretKey), 'age-encryption.org/mlkem768p256tag', body),
  );
}
