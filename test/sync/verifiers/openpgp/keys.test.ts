import fc from 'fast-check';
import { createHash } from 'node:crypto';
import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import { altered, type Answer, artifact, ask } from '../material.ts';
import { type Case, judged, release } from './case.ts';

describe('keys made for this test', () => {
  const when = new Date('2026-01-01T00:00:00Z');
  let key: openpgp.PrivateKey;
  let detached: Uint8Array;
  let fingerprint: string;

  async function newKey(
    name: string,
    options: {
      readonly date?: Date;
      readonly keyExpirationTime?: number;
      readonly type?: 'rsa';
      readonly rsaBits?: number;
    } = {},
  ): Promise<openpgp.PrivateKey> {
    const made = await openpgp.generateKey({
      userIDs: [{ name }],
      type: 'curve25519',
      date: when,
      format: 'object',
      ...options,
    });
    return made.privateKey;
  }
  async function sign(
    by: openpgp.PrivateKey,
    bytes: Uint8Array,
    config: openpgp.PartialConfig = {},
    date = when,
  ): Promise<Uint8Array> {
    const message = await openpgp.createMessage({ binary: bytes });
    return (await openpgp.sign({
      message,
      signingKeys: by,
      detached: true,
      format: 'binary',
      date,
      config,
    })) as Uint8Array;
  }
  /** What no honest signer makes, hence below the library's own rules. */
  async function forged(by: openpgp.PrivateKey, hash: openpgp.enums.hash): Promise<Uint8Array> {
    const packet = new openpgp.SignaturePacket();
    Object.assign(packet, {
      signatureType: openpgp.enums.signature.binary,
      publicKeyAlgorithm: by.keyPacket.algorithm,
      hashAlgorithm: hash,
    });
    const data = { text: null, getBytes: () => release };
    const sign = packet.sign.bind(packet) as (...all: readonly unknown[]) => Promise<void>;
    await sign(by.keyPacket, data, when, true, { ...openpgp.config, nonDeterministicSignaturesViaNotation: false });
    const list = new openpgp.PacketList<openpgp.SignaturePacket>();
    list.push(packet);
    return new openpgp.Signature(list).write() as Uint8Array;
  }
  const fingerprintOf = (one: openpgp.Key): string => one.getFingerprint().toUpperCase();
  const direct = (signature: Uint8Array, keys: readonly openpgp.Key[], more: Partial<Case> = {}): Promise<Answer> =>
    judged({
      signatures: [{ file: 's.sig' }],
      evidence: { 's.sig': signature },
      trust: Object.fromEntries(keys.map((one, index) => [`${index}.gpg`, one.toPublic().write()])),
      signers: [...new Set(keys.map(fingerprintOf))],
      ...more,
    });

  beforeAll(async () => {
    key = await newKey('Release');
    fingerprint = fingerprintOf(key);
    detached = await sign(key, release);
  });

  test('a binary and an armored detached signature over the artifact itself', async () => {
    expect(await direct(detached, [key])).toMatchObject({ result: 'verified', signers: [fingerprint] });
    const armored = (await openpgp.readSignature({ binarySignature: detached })).armor();
    expect(await direct(Buffer.from(armored), [key])).toMatchObject({ result: 'verified' });
    expect(await direct(Buffer.from(`${armored}\n${armored}`), [key])).toMatchObject({ result: 'verified' });
  });

  test('any altered bit of the artifact is refused, and a byte more or less', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(release.length - 1), fc.nat(7), async (at, bit) => {
        const answer = await direct(detached, [key], { bytes: altered(release, at, bit) });
        return answer.result === 'SYNC_SIGNATURE_INVALID';
      }),
      { numRuns: 40 },
    );
    for (const bytes of [release.subarray(1), Buffer.concat([release, Buffer.of(0)]), Buffer.alloc(0)]) {
      expect(await direct(detached, [key], { bytes })).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    }
  });

  test('an altered bit in any byte of the signature is refused', async () => {
    const accepted: number[] = [];
    for (let at = 0; at < detached.length; at++) {
      const answer = await direct(altered(detached, at, at % 8), [key]);
      if (answer.result === 'verified') accepted.push(at);
    }
    expect(accepted).toEqual([]);
  });

  test('one good and one bad signature by trusted keys: the bad one does not count, and is told', async () => {
    const other = await newKey('Second');
    const bad = await sign(other, Buffer.from('something else'));
    const both = Buffer.concat([bad, detached]);
    const answer = await direct(both, [key, other], { threshold: 1 });
    expect(answer).toMatchObject({ result: 'verified', signers: [fingerprint] });
    expect(answer.remarks).toEqual([expect.stringMatching(/by "Second" \([0-9A-F]{40}\): it is not of these bytes/)]);
    expect(await direct(both, [key, other], { threshold: 2 })).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });

  test('a revoked key is refused with its name and date, also when only one of two key files knows', async () => {
    const revoked = await openpgp.revokeKey({
      key,
      date: new Date('2026-06-01T00:00:00Z'),
      reasonForRevocation: { flag: openpgp.enums.reasonForRevocation.keyCompromised },
      format: 'object',
    });
    for (const keys of [[revoked.publicKey], [key, revoked.publicKey], [revoked.publicKey, key]]) {
      const answer = await direct(detached, keys);
      expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
      expect(answer.message).toContain(`"Release" (${fingerprint}): the key was revoked on 2026-06-01`);
    }
  });

  test('an expired key is refused with its name and date; before, it was good', async () => {
    const short = await newKey('Short', { keyExpirationTime: 100 * 86_400 });
    const signature = await sign(short, release);
    const answer = await direct(signature, [short]);
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(answer.message).toContain(`"Short" (${fingerprintOf(short)}): the key expired on 2026-04-11`);
    expect(await direct(signature, [short], { now: '2026-04-10T00:00:00Z' })).toMatchObject({ result: 'verified' });
  });

  test('a signature dated before its key is refused', async () => {
    const late = await newKey('Late', { date: new Date('2026-03-01T00:00:00Z') });
    const answer = await direct(await forged(late, openpgp.enums.hash.sha256), [late]);
    expect(answer.message).toContain('it is dated before its key was made');
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });

  test.each(['md5', 'sha1', 'ripemd'] as const)('a signature by %s is refused', async (hash) => {
    const weak = await newKey('Weak', { type: 'rsa', rsaBits: 2048 });
    const answer = await direct(await forged(weak, openpgp.enums.hash[hash]), [weak]);
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(answer.message).toMatch(/insecure (message )?hash algorithm/);
  });

  test('a signature of text leaves line ends open, hence not for an artifact, but for a sums file', async () => {
    const sums = `${createHash('sha256').update(release).digest('hex')}  release.tar\n`;
    const ofText = async (text: string): Promise<Uint8Array> =>
      (await openpgp.sign({
        message: await openpgp.createMessage({ text }),
        signingKeys: key,
        detached: true,
        format: 'binary',
        date: when,
      })) as Uint8Array;
    const answer = await direct(await ofText(release.toString()), [key]);
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(answer.message).toContain('leaves the line ends open');
    const over = {
      signatures: [{ file: 's', over: 'sums' }],
      evidence: { s: await ofText(sums), sums: Buffer.from(sums) },
    };
    expect(await direct(detached, [key], over)).toMatchObject({ result: 'verified' });
  });

  test('a sums file signed by SHA512SUMS lines', async () => {
    const sums = Buffer.from(`${createHash('sha512').update(release).digest('hex')} *./release.tar\n`);
    const over = { signatures: [{ file: 's', over: 'sums' }], evidence: { s: await sign(key, sums), sums } };
    expect(await direct(detached, [key], over)).toMatchObject({ result: 'verified' });
    expect(await direct(detached, [key], { ...over, bytes: altered(release, 3) })).toMatchObject({
      result: 'SYNC_CHECKSUM_MISMATCH',
    });
  });

  test('what is no signature, no key, no fingerprint, or not there', async () => {
    for (const junk of [
      '',
      'text',
      '<html>',
      '-----BEGIN PGP SIGNATURE-----\n\nxx\n-----END PGP SIGNATURE-----',
      '-----BEGIN PGP SIGNED MESSAGE-----\n',
    ]) {
      expect(await direct(Buffer.from(junk), [key])).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    }
    expect(await direct(key.toPublic().write(), [key])).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    for (const junk of ['', 'text', '<html>']) {
      expect(await direct(detached, [key], { trust: { 'k.gpg': Buffer.from(junk) } })).toMatchObject({
        result: 'SYNC_VERIFIER_BLIND',
      });
    }
    for (const signer of ['', fingerprint.slice(-16), 'release@example.org', `${fingerprint}0`]) {
      expect(await direct(detached, [key], { signers: [signer] })).toMatchObject({ result: 'SYNC_VERIFIER_BLIND' });
    }
    expect(await direct(detached, [key], { evidence: {} })).toMatchObject({ result: 'SYNC_VERIFIER_BLIND' });
    expect(await direct(detached, [key], { signers: [], threshold: 1 })).toMatchObject({
      result: 'SYNC_SIGNERS_TOO_FEW',
    });
  });

  test('256 MiB under a detached signature are judged without being held', async () => {
    const [size, piece] = [256 * 1024 * 1024, new Uint8Array(1024 * 1024).fill(7)];
    const small = Buffer.alloc(4 * 1024 * 1024, 7);
    const signature = await sign(key, small);
    let most = 0;
    const judge = async (length: number): Promise<Answer> =>
      ask({
        spec: { type: 'openpgp', signatures: [{ file: 's' }], keys: ['k'], signers: [fingerprint], threshold: 1 },
        artifact: {
          ...artifact('big', small),
          size: length,
          async *open() {
            for (let at = 0; at < length; at += piece.length) {
              most = Math.max(most, process.memoryUsage.rss());
              yield await Promise.resolve(piece);
            }
          },
        },
        evidence: { s: signature },
        trust: { k: key.toPublic().write() },
      });
    expect(await judge(small.length)).toMatchObject({ result: 'verified' });
    const before = process.memoryUsage.rss();
    most = 0;
    expect(await judge(size)).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(most - before).toBeLessThan(150 * 1024 * 1024);
  });
});
