import fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { altered, type Answer, artifact, ask, vector } from '../material.ts';
import { release } from './case.ts';

const builders = readdirSync(join(import.meta.dirname, '../../../vectors/bitcoin-guix/29.0'));
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
const none: Readonly<Record<string, Uint8Array>> = {};
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
  { now = '2026-11-22T00:00:00Z', list = 'all', sha256 = bitcoin.sha256, change = none } = {},
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
      /CoinForensics.*: the key expired on 2026-01-05/,
      /Emzy.*: its signing subkey 637DB1E23370F84AFF88CCE03152347D07DA627C expired on 2026-10-12/,
      /glozow.*: its signing subkey F19F5FF2B0589EC341220045BA03F4DBE0C63FB4 expired on 2026-02-26/,
      /kvaciral.*secp256k1, which is not accepted/,
      /willcl-ark.*: its signing subkey A0083660F235A27000CD3C81CE6EC49945C17EA6 expired on 2026-11-05/,
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
