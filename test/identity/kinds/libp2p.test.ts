import { createECDH, createPrivateKey, createPublicKey } from 'node:crypto';
import { base58 } from '@scure/base';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kind } from '../../../src/identity/kind.ts';
import { libp2pEd25519 } from '../../../src/identity/kinds/libp2p-ed25519.ts';
import { libp2pSecp256k1 } from '../../../src/identity/kinds/libp2p-secp256k1.ts';
import { fixedBytes, makeContext } from '../../support/context.ts';
import { bytesOf, refusalOf, placeAndCollect, utf8 } from '../../support/kinds.ts';
import recorded from '../../vectors/libp2p/js-libp2p.json' with { type: 'json' };
import published from '../../vectors/libp2p/published.json' with { type: 'json' };

const kinds: readonly Kind[] = [libp2pSecp256k1, libp2pEd25519];

const secp256k1Order = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';

describe.each(kinds)('$id', (kind) => {
  const vectors = [...published, ...recorded].filter((vector) => vector.kind === kind.id);

  test.each(vectors)('derives $peerId', ({ secret, publicKey, peerId }) => {
    expect(kind.derive(utf8(secret))).toEqual({ publicId: peerId, publicKey });
  });

  test('there are at least 16 recorded vectors and one published', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(17);
  });

  test('generates exactly 64 lowercase hex digits of its random bytes, and re-derives what it says', async () => {
    const { context } = makeContext();
    const seen = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const { payload, identity } = await kind.generate(context, {});
      expect(new TextDecoder().decode(bytesOf(payload))).toMatch(/^[0-9a-f]{64}$/);
      expect(kind.derive(bytesOf(payload))).toEqual(identity);
      seen.add(identity.publicId);
    }
    expect(seen.size).toBe(20);
  });

  test('generates the recorded identity from the recorded secret', async () => {
    for (const { secret, peerId } of recorded.filter((vector) => vector.kind === kind.id)) {
      const { context } = makeContext({ randomBytes: fixedBytes(Buffer.from(secret, 'hex')) });
      const { payload, identity } = await kind.generate(context, {});
      expect(payload.useText((text) => text)).toBe(secret);
      expect(identity.publicId).toBe(peerId);
    }
  });

  test('a restored file is the payload, 0600, and is collected again', async () => {
    const payload = utf8('53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb');
    expect(kind.place(payload).map(({ path, mode, existing }) => ({ path, mode, existing }))).toEqual([
      { path: '', mode: 0o600, existing: 'compare' },
    ]);
    expect(placeAndCollect(kind, payload)).toEqual(payload);
    expect(kind.collect(() => null)).toBeNull();
  });

  test('what was placed does not share memory with the payload', () => {
    const payload = utf8('53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb');
    const [file] = kind.place(payload);
    payload.fill(0);
    expect(file?.bytes.useText((text) => text)).toMatch(/^53dadf1d/);
  });

  const secret = '53dadf1d5a164d6b4acdb15e24aa4c5b1d3461bdbd42abedb0a4404d56ced8fb';
  test.each([
    ['empty', ''],
    ['a line end', `${secret}\n`],
    ['a carriage return', `${secret.slice(0, 63)}\r`],
    ['63 digits', secret.slice(1)],
    ['65 digits', `${secret}0`],
    ['a prefix', `0x${secret.slice(2)}`],
    ['uppercase', secret.toUpperCase()],
    ['white space', `${secret.slice(0, 63)} `],
    ['NUL', `${secret.slice(0, 63)}\0`],
    ['full-width digits', `${secret.slice(0, 61)}０`],
    ['base58', '16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpYabcdefghijk'],
  ])('refuses %s without repeating it', async (_name, text) => {
    expect(await refusalOf(() => kind.derive(utf8(text)), [secret, secret.slice(0, 32)])).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
    expect(await refusalOf(() => kind.place(utf8(text)), [secret])).toHaveProperty('code', 'IDENTITY_PAYLOAD_INVALID');
  });

  test('refuses every payload that is not 64 hex digits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 80 }), (bytes) => {
        fc.pre(!/^[0-9a-f]{64}$/.test(Buffer.from(bytes).toString('latin1')));
        expect(() => kind.derive(bytes)).toThrow(/expected exactly 64 lowercase hex digits/);
      }),
    );
  });
});

describe('libp2p-secp256k1', () => {
  test.each([
    ['zero', '0'.repeat(64)],
    ['the order of the group', secp256k1Order],
    ['the order and one', secp256k1Order.replace(/1$/, '2')],
    ['all ones', 'f'.repeat(64)],
  ])('refuses %s as a scalar', async (_name, scalar) => {
    expect(await refusalOf(() => libp2pSecp256k1.derive(utf8(scalar)))).toHaveProperty(
      'code',
      'IDENTITY_PAYLOAD_INVALID',
    );
  });

  test('generate draws again when the random bytes are no scalar', async () => {
    const one = Buffer.from('1'.padStart(64, '0'), 'hex');
    const draws = fixedBytes(Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.from(secp256k1Order, 'hex'), one);
    const { payload } = await libp2pSecp256k1.generate(makeContext({ randomBytes: draws }).context, {});
    expect(payload.useText((text) => text)).toBe(one.toString('hex'));
  });

  test('agrees with the ECDH of node:crypto on random keys', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (secret) => {
        const hex = Buffer.from(secret).toString('hex');
        fc.pre(hex !== '0'.repeat(64) && hex < secp256k1Order);
        const ecdh = createECDH('secp256k1');
        ecdh.setPrivateKey(secret);
        const publicKey = ecdh.getPublicKey('hex', 'compressed');
        const derived = libp2pSecp256k1.derive(utf8(hex));
        expect(derived.publicKey).toBe(publicKey);
        // Identity multihash of the protobuf, spelled out from the specification.
        expect(Buffer.from(base58.decode(derived.publicId)).toString('hex')).toBe(`002508021221${publicKey}`);
        expect(derived.publicId).toMatch(/^16Uiu2HA[km]/);
      }),
    );
  });
});

describe('libp2p-ed25519', () => {
  test('agrees with the ed25519 of node:crypto on random seeds', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
        const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
        const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
        const publicKey = key.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
        const derived = libp2pEd25519.derive(utf8(Buffer.from(seed).toString('hex')));
        expect(derived.publicKey).toBe(publicKey);
        expect(Buffer.from(base58.decode(derived.publicId)).toString('hex')).toBe(`002408011220${publicKey}`);
        expect(derived.publicId).toMatch(/^12D3Koo/);
      }),
    );
  });
});
