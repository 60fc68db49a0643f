import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, test } from 'vitest';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import { altered, type Answer, artifact, ask, vector } from './material.ts';

type Signatures = Extract<VerifySpec, { type: 'openpgp' }>['signatures'];
interface Case {
  readonly signatures: Signatures;
  readonly evidence: Readonly<Record<string, Uint8Array>>;
  readonly trust: Readonly<Record<string, Uint8Array>>;
  readonly signers: readonly string[];
  readonly threshold?: number;
  readonly name?: string;
  readonly bytes?: Uint8Array;
  readonly now?: string;
}

async function judged({ signatures, evidence, trust, signers, threshold, name, bytes, now }: Case): Promise<Answer> {
  return ask({
    spec: { type: 'openpgp', signatures, keys: Object.keys(trust), signers, threshold: threshold ?? signers.length },
    artifact: artifact(name ?? 'release.tar', bytes ?? release),
    evidence,
    trust,
    ...(now === undefined ? {} : { now }),
  });
}

const release = Buffer.from('a release\r\nwith line ends\n');
const builders = readdirSync(join(import.meta.dirname, '../../vectors/bitcoin-guix/29.0'));
/** Primary fingerprints as the project publishes them in its list of builder keys. */
const fingerprints: Readonly<Record<string, string>> = {
  '0xb10c': '982A193E3CE0EED535E09023188CBB2648416AD5',
  CoinForensics: '101598DC823C1B5F9A6624ABA5E0907A0380E6C3',
  Emzy: '9EDAFF80E080659604F4A76B2EBB056FD847F8A7',
  Sjors: 'ED9BDF7AD6A55E232E84524257FF9BDBCC301009',
  TheCharlatan: 'A8FC55F3B04BA3146F3492E79303B33A305224CB',
  achow101: '152812300785C96444D3334D17565732E08E5E41',
  fanquake: 'E777299FC265DD04793070EB944D35F9AC3DB76A',
  glozow: '6B002C6EA3F91B1B0DF0C9BC8F617F1200A6D25C',
  guggero: 'F4FC70F07310028424EFC20A8E4256593F177720',
  hebasto: 'D1DBF2C4B96F2DEBF4C16654410108112E7EA81F',
  kvaciral: 'C388F6961FB972A95678E327F62711DBDCA8AE56',
  laanwj: '71A3B16735405025D447E8F274810B012346C9A6',
  m3dwards: 'E86AE73439625BBEE306AAE6B66D427F873CB1A3',
  pinheadmz: 'E61773CD6E01040E2F1BD78CE7E2984B6289C93A',
  sipsorcery: '9D3CC86A72F8494342EA5FD10A41BDC3F4FAFF1C',
  svanstaa: '33C103B4B2794170546CCF7BCFB2C83C66CD792A',
  tapcrafter: '2197D5689DE3AF13B4FDABC47B18557E3AF1CDA5',
  theStack: '6A8F9C266528E25AEB1D7731C2371D91CB716EA7',
  'willcl-ark': '67AA5B46E7AF78053167FE343B8F814A784218F8',
};
const keyOf = (builder: string): string => fingerprints[builder] ?? '';
const bitcoin = {
  name: 'bitcoin-29.0-x86_64-linux-gnu.tar.gz',
  sha256: 'a681e4f6ce524c338a105f214613605bac6c33d58c31dc5135bbc02bc458bb6c',
};

/** Bitcoin Core 29.0 as these builders attest to it; the archive itself is known by its digest only. */
async function attested(
  attesting: readonly string[],
  trusted: readonly string[],
  threshold: number,
  {
    now = '2026-11-22T00:00:00Z',
    list = 'all',
    sha256 = bitcoin.sha256,
    change = {} as Record<string, Uint8Array>,
  } = {},
): Promise<Answer> {
  const file = (builder: string, ending: string): string => `${builder}/${list}.SHA256SUMS${ending}`;
  return ask({
    spec: {
      type: 'openpgp',
      signatures: attesting.map((builder) => ({ file: file(builder, '.asc'), over: file(builder, '') })),
      keys: builders.map((builder) => `${builder}.gpg`),
      signers: trusted.map(keyOf),
      threshold,
    },
    artifact: { ...artifact(bitcoin.name, release), sha256 },
    evidence: {
      ...Object.fromEntries(
        attesting.flatMap((builder) =>
          ['', '.asc'].map((ending) => [
            file(builder, ending),
            vector('bitcoin-guix/29.0', builder, `${list}.SHA256SUMS${ending}`),
          ]),
        ),
      ),
      ...change,
    },
    trust: Object.fromEntries(
      builders.map((builder) => [`${builder}.gpg`, vector('bitcoin-guix/builder-keys', `${builder}.gpg`)]),
    ),
    now,
  });
}

describe('Bitcoin Core 29.0, as its builders attested', () => {
  test('fourteen of nineteen count today, and the others are told with name and date', async () => {
    const answer = await attested(builders, builders, 14);
    const out = ['CoinForensics', 'Emzy', 'glozow', 'kvaciral', 'willcl-ark'];
    expect(answer).toMatchObject({
      result: 'verified',
      signers: builders
        .filter((builder) => !out.includes(builder))
        .map(keyOf)
        .sort(),
    });
    const told = [
      /CoinForensics.*the key .* expired on 2026-01-05/,
      /Emzy.*signing subkey 637DB1E23370F84AFF88CCE03152347D07DA627C of .* expired on 2026-10-12/,
      /glozow.*subkey F19F5FF2B0589EC341220045BA03F4DBE0C63FB4 of .* expired on 2026-02-26/,
      /kvaciral.*secp256k1, which is not accepted/,
      /willcl-ark.*subkey A0083660F235A27000CD3C81CE6EC49945C17EA6 of .* expired on 2026-11-05/,
    ];
    expect(answer.remarks).toHaveLength(told.length);
    for (const [index, pattern] of told.entries()) expect(answer.remarks[index]).toMatch(pattern);
    expect(await attested(builders, builders, 15)).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });

  test('before they expired, they counted', async () => {
    const builders = ['CoinForensics', 'Emzy', 'glozow', 'willcl-ark'];
    expect(await attested(builders, builders, 4, { now: '2025-06-01T00:00:00Z' })).toMatchObject({
      result: 'verified',
    });
    expect(await attested(builders, builders, 1)).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });

  test('a signature from after the moment of judgement does not count', async () => {
    const answer = await attested(['tapcrafter'], ['tapcrafter'], 1, { now: '2025-05-01T00:00:00Z' });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });

  test('a key that its owner extended since then counts (refreshed self-signatures)', async () => {
    const builders = ['Sjors', 'TheCharlatan', 'achow101'];
    expect(await attested(builders, builders, 3)).toMatchObject({
      result: 'verified',
      signers: builders.map(keyOf).sort(),
    });
  });

  test('a signing subkey counts for its primary, under the name of the primary', async () => {
    expect(await attested(['0xb10c'], ['0xb10c'], 1)).toMatchObject({ result: 'verified', signers: [keyOf('0xb10c')] });
    const subkey = await ask({
      spec: {
        type: 'openpgp',
        signatures: [{ file: 's', over: 'o' }],
        keys: ['k'],
        signers: ['0CCBAAFD76A2ECE2CCD3141DE2FFD5B1D88CA97D'],
        threshold: 1,
      },
      artifact: { ...artifact(bitcoin.name, release), sha256: bitcoin.sha256 },
      evidence: {
        s: vector('bitcoin-guix/29.0/0xb10c/all.SHA256SUMS.asc'),
        o: vector('bitcoin-guix/29.0/0xb10c/all.SHA256SUMS'),
      },
      trust: { k: vector('bitcoin-guix/builder-keys/0xb10c.gpg') },
    });
    expect(subkey).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
  });

  test('a majority that nobody trusts counts nothing', async () => {
    const trusted = ['fanquake', 'hebasto', 'laanwj'];
    const answer = await attested(
      builders.filter((builder) => !['hebasto', 'laanwj'].includes(builder)),
      trusted,
      2,
    );
    expect(answer.result).toBe('SYNC_SIGNERS_TOO_FEW');
    expect(answer.message).toContain('signed by 1 of the 2 trusted signers needed');
    expect(answer.message).toContain(`counted: ${keyOf('fanquake')};`);
    expect(answer.message).toContain(
      '"guggero/all.SHA256SUMS.asc" by F4FC70F07310028424EFC20A8E4256593F177720, who is not trusted',
    );
  });

  test('the threshold decides, and one signer twice is one', async () => {
    const trusted = ['fanquake', 'hebasto', 'laanwj'];
    expect(await attested(['fanquake', 'hebasto'], trusted, 3)).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    expect(await attested(['fanquake', 'hebasto'], trusted, 2)).toMatchObject({ result: 'verified' });
    expect(await attested(['fanquake', 'fanquake'], ['fanquake', 'fanquake', 'hebasto'], 2)).toMatchObject({
      result: 'SYNC_SIGNERS_TOO_FEW',
    });
    for (const threshold of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(await attested(['fanquake'], trusted, threshold)).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    }
  });

  test('each signer has its own sums file: one that lists other bytes is a refusal, whoever else agrees', async () => {
    const answer = await attested(['fanquake', 'hebasto'], ['fanquake', 'hebasto'], 1, { sha256: '00'.repeat(32) });
    expect(answer).toMatchObject({ result: 'SYNC_CHECKSUM_MISMATCH' });
    expect(answer.message).toContain(`"fanquake/all.SHA256SUMS" lists "${bitcoin.name}" with sha256 ${bitcoin.sha256}`);
    expect(answer.message).toContain(keyOf('fanquake'));
  });

  test("another's sums under one's signature do not count", async () => {
    const change = { 'fanquake/all.SHA256SUMS': vector('bitcoin-guix/29.0/fanquake/noncodesigned.SHA256SUMS') };
    const answer = await attested(['fanquake', 'hebasto'], ['fanquake', 'hebasto'], 2, { change });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(answer.message).toContain('it is not of these bytes');
    expect(await attested(['fanquake', 'hebasto'], ['fanquake', 'hebasto'], 1, { change })).toMatchObject({
      result: 'verified',
      signers: [keyOf('hebasto')],
    });
  });

  test('a good signature over a list without the artifact is not counted', async () => {
    const answer = await ask({
      spec: {
        type: 'openpgp',
        signatures: [{ file: 's', over: 'o' }],
        keys: ['k'],
        signers: [keyOf('fanquake')],
        threshold: 1,
      },
      artifact: artifact('bitcoin-30.0-x86_64-linux-gnu.tar.gz', release),
      evidence: {
        s: vector('bitcoin-guix/29.0/fanquake/all.SHA256SUMS.asc'),
        o: vector('bitcoin-guix/29.0/fanquake/all.SHA256SUMS'),
      },
      trust: { k: vector('bitcoin-guix/builder-keys/fanquake.gpg') },
    });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(answer.message).toContain('does not list "bitcoin-30.0-x86_64-linux-gnu.tar.gz" among its 28 files');
  });

  test('any altered bit of a sums file takes its signature away', async () => {
    const sums = vector('bitcoin-guix/29.0/m3dwards/all.SHA256SUMS');
    await fc.assert(
      fc.asyncProperty(fc.nat(sums.length - 1), fc.nat(7), async (at, bit) => {
        const change = { 'm3dwards/all.SHA256SUMS': altered(sums, at, bit) };
        const answer = await attested(['m3dwards'], ['m3dwards'], 1, { change });
        return answer.result === 'SYNC_SIGNATURE_INVALID';
      }),
      { numRuns: 25 },
    );
  });
});

describe("Debian's archive", () => {
  const bookworm = 'B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8';
  const trixie = '04B5 4C3C DCA7 9751 B16B  C6B5 2256 29DF 75B1 88BD';
  const bullseye = '1F89983E0081FDE018F3CC9673A4F27B8DD47936';
  const keys = (...names: readonly string[]): Record<string, Uint8Array> =>
    Object.fromEntries(names.map((name) => [name, vector('debian-archive/keys', name)]));
  const archive = {
    signatures: [{ file: 'InRelease' }],
    evidence: { InRelease: vector('debian-archive/InRelease') },
    trust: keys('debian-archive-bookworm-automatic.gpg', 'debian-archive-trixie-automatic.gpg'),
    signers: [bookworm, trixie],
    name: 'main/binary-amd64/Packages',
    bytes: vector('debian-archive/Packages'),
  };

  test('a clear-signed InRelease proves the index that it lists, by two subkeys of two keys', async () => {
    expect(await judged(archive)).toEqual({
      result: 'verified',
      signers: [trixie.replaceAll(' ', ''), bookworm],
      message: '',
      remarks: [],
    });
  });

  test('armored and binary keys are read alike, also several in one file', async () => {
    const armored = keys('debian-archive-bookworm-automatic.asc');
    expect(await judged({ ...archive, trust: armored, signers: [bookworm] })).toMatchObject({ result: 'verified' });
    const both = Buffer.concat(Object.values(archive.trust));
    expect(await judged({ ...archive, trust: { both } })).toMatchObject({ result: 'verified' });
    const twice = Buffer.concat([...Object.values(armored), Buffer.from('\nnext key:\n'), ...Object.values(armored)]);
    expect(await judged({ ...archive, trust: { twice }, signers: [bookworm] })).toMatchObject({ result: 'verified' });
  });

  test('a trusted key that did not sign, and one that is in no file', async () => {
    const trust = { ...archive.trust, ...keys('debian-archive-bullseye-automatic.gpg') };
    expect(await judged({ ...archive, trust, signers: [bookworm, trixie, bullseye] })).toMatchObject({
      result: 'SYNC_SIGNERS_TOO_FEW',
    });
    const absent = await judged({ ...archive, signers: [bookworm, trixie, bullseye] });
    expect(absent.message).toContain(`${bullseye} (its key is in none of`);
  });

  test('an altered index, an altered list, text around the message', async () => {
    expect(await judged({ ...archive, bytes: altered(archive.bytes, 100) })).toMatchObject({
      result: 'SYNC_CHECKSUM_MISMATCH',
    });
    const text = Buffer.from(archive.evidence.InRelease).toString();
    for (const changed of [
      text.replace('Origin: Debian', 'Origin: Debiam'),
      text.replace('-----BEGIN PGP SIGNATURE-----', 'extra line\n-----BEGIN PGP SIGNATURE-----'),
      `before\n${text}`,
      `${text}after\n`,
      text + text,
      text.replace('-----END PGP SIGNATURE-----', ''),
      text.replace('Hash: SHA256', 'Hash: SHA512'),
    ]) {
      expect(changed).not.toBe(text);
      expect(await judged({ ...archive, evidence: { InRelease: Buffer.from(changed) } })).toMatchObject({
        result: 'SYNC_SIGNATURE_INVALID',
      });
    }
  });

  test('a clear-signed file is over nothing else', async () => {
    const answer = await judged({ ...archive, signatures: [{ file: 'InRelease', over: 'InRelease' }] });
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
  });
});

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

  test('any altered bit of the signature is refused', async () => {
    const accepted: number[] = [];
    for (let at = 0; at < detached.length * 8; at++) {
      const answer = await direct(altered(detached, at >> 3, at & 7), [key]);
      if (answer.result === 'verified') accepted.push(at >> 3);
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
      expect(answer.message).toContain(`the key "Release" (${fingerprint}) was revoked on 2026-06-01`);
    }
  });

  test('an expired key is refused with its name and date; before, it was good', async () => {
    const short = await newKey('Short', { keyExpirationTime: 100 * 86_400 });
    const signature = await sign(short, release);
    const answer = await direct(signature, [short]);
    expect(answer).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    expect(answer.message).toContain(`the key "Short" (${fingerprintOf(short)}) expired on 2026-04-11`);
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
