import { describe, expect, test } from 'vitest';
import { altered, vector } from '../material.ts';
import { judged } from './case.ts';

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
