import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import type { Verified } from '../../../src/sync/pin.ts';
import { judge, satisfies } from '../../../src/sync/verifiers/judge.ts';
import { verifierFor } from '../../../src/sync/verifiers/registry.ts';
import { altered, artifact, vector } from './material.ts';

const file = 'tool-1.2.3-linux.tar.gz';
const release = vector('minisign', file);
const key = Buffer.from(vector('minisign/first.pub')).toString().split('\n')[1] ?? '';
const sums: VerifySpec = { type: 'sha256sums', file: 'SHA256SUMS' };
const minisign: VerifySpec = { type: 'minisign', signature: 'prehashed.minisig', signers: [key], threshold: 1 };
const evidence = new Map(
  ['SHA256SUMS', 'prehashed.minisig', 'second.minisig'].map((name) => [name, vector('minisign', name)]),
);

function asked(specs: readonly VerifySpec[], bytes = release): Promise<readonly Verified[]> {
  return judge({ specs, artifact: artifact(file, bytes), evidence, trust: new Map(), now: new Date() });
}

describe('judge', () => {
  test('every verifier is asked, in order, and all must agree', async () => {
    expect(await asked([sums, minisign])).toEqual([
      { type: 'sha256sums', signers: [], threshold: 0 },
      { type: 'minisign', signers: [key], threshold: 1 },
    ]);
    expect(await asked([])).toEqual([]);
    await expect(asked([sums, { ...minisign, signature: 'second.minisig' }])).rejects.toMatchObject({
      code: 'SYNC_SIGNERS_TOO_FEW',
    });
    await expect(asked([minisign, sums], altered(release, 0))).rejects.toMatchObject({
      code: 'SYNC_SIGNATURE_INVALID',
    });
  });

  test('one that could not look is a failure, though the others agree', async () => {
    for (const blind of [
      { ...sums, file: 'absent' },
      { ...minisign, signature: 'absent' },
    ]) {
      await expect(asked([sums, minisign, blind])).rejects.toMatchObject({
        code: 'SYNC_VERIFIER_BLIND',
        message: expect.stringContaining('"absent"') as string,
      });
    }
    const signify: VerifySpec = { type: 'signify', signature: 'prehashed.minisig', signers: ['k.pub'], threshold: 1 };
    await expect(asked([sums, minisign, signify])).rejects.toMatchObject({ exitStatus: 4 });
  });
});

describe('evidence that was recorded', () => {
  const openpgp = (signers: readonly string[], threshold: number): VerifySpec => ({
    type: 'openpgp',
    signatures: [{ file: 's' }],
    keys: ['k'],
    signers,
    threshold,
  });
  const [a, b, c] = ['A', 'B', 'C'].map((letter) => letter.repeat(40)) as [string, string, string];
  const recorded: readonly Verified[] = [
    { type: 'sha256sums', signers: [], threshold: 0 },
    { type: 'openpgp', signers: [a, b], threshold: 2 },
  ];

  test.each<[string, readonly VerifySpec[]]>([
    ['nothing asked for', []],
    ['the same', [sums, openpgp([a, b, c], 2)]],
    ['in another order', [openpgp([a, b, c], 2), sums]],
    ['a lowered threshold', [openpgp([a, b], 1)]],
    ['a signer less, of one who is not needed', [openpgp([a], 1)]],
    ['written in another way', [openpgp([`0x${a.toLowerCase()}`, b.replaceAll(/(.{4})/g, '$1 ')], 2)]],
  ])('is enough for %s', (_, specs) => expect(satisfies(specs, recorded)).toBeUndefined());

  test.each<[string, readonly VerifySpec[], string]>([
    ['a raised threshold', [openpgp([a, b, c], 3)], 'openpgp asks for 3 trusted signers now'],
    ['a signer who is trusted no more', [openpgp([a, c], 2)], `only ${a} is trusted`],
    ['all signers replaced', [openpgp([c], 1)], 'none is trusted'],
    ['a verifier that was added', [openpgp([a, b], 2), minisign], 'it was never verified by minisign'],
    ['the same verifier twice', [openpgp([a], 1), openpgp([b], 1)], 'fewer judgements'],
    ['a threshold of nobody', [openpgp([a], 0)], 'openpgp asks for 0'],
  ])('is not enough for %s', (_, specs, reason) => expect(satisfies(specs, recorded)).toContain(reason));

  test('is not enough when there is none', () => {
    expect(satisfies([sums], [])).toBe('it was never verified by sha256sums');
    expect(satisfies([minisign], [])).toBe('it was never verified by minisign');
  });

  test('each of two needs its own judgement, whichever way round they fit', () => {
    const two: readonly Verified[] = [
      { type: 'openpgp', signers: [a, b], threshold: 1 },
      { type: 'openpgp', signers: [b], threshold: 1 },
    ];
    expect(satisfies([openpgp([b], 1), openpgp([a], 1)], two)).toBeUndefined();
    expect(satisfies([openpgp([a], 1), openpgp([a], 1)], two)).toContain('fewer judgements');
  });

  test('a key file is the same in a bundle', () => {
    const recorded = [{ type: 'signify', signers: ['our_base.pub'], threshold: 1 }];
    const signed = (signer: string): VerifySpec => ({
      type: 'signify',
      signature: 's',
      signers: [signer],
      threshold: 1,
    });
    expect(satisfies([signed('keys/our base.pub')], recorded)).toBeUndefined();
    expect(satisfies([signed('trust/0123456789ab-our_base.pub')], recorded)).toBeUndefined();
    expect(satisfies([signed('keys/base.pub')], recorded)).toContain('none is trusted');
  });

  test('names signers as the verifiers do', async () => {
    const verified = await asked([sums, minisign]);
    expect(satisfies([sums, { ...minisign, signers: [`${key}\n`] }], verified)).toBeUndefined();
    const sigstore: VerifySpec = {
      type: 'sigstore',
      bundle: 'b',
      trustedRoot: 'r',
      signers: [{ identity: 'a@b', issuer: 'https://c' }],
      threshold: 1,
    };
    expect(satisfies([sigstore], [{ type: 'sigstore', signers: ['a@b (https://c)'], threshold: 1 }])).toBeUndefined();
    expect(
      satisfies([{ ...sigstore, key: 'keys/k' }], [{ type: 'sigstore', signers: ['k'], threshold: 1 }]),
    ).toBeUndefined();
    expect(satisfies([sigstore], [{ type: 'sigstore', signers: ['k'], threshold: 1 }])).toBeDefined();
  });
});

describe('the registry', () => {
  const folder = join(import.meta.dirname, '../../../src/sync/verifiers');
  const types = ['github-attestation', 'minisign', 'openpgp', 'sha256sums', 'signify', 'sigstore'] as const;

  test.each(types)('%s is the type of the verifier in the file of that name', async (type) => {
    expect(readdirSync(folder)).toContain(`${type}.ts`);
    expect((await verifierFor(type)).type).toBe(type);
  });

  test('all but sums files prove who made the bytes', async () => {
    const signing = await Promise.all(types.map(async (type) => [(await verifierFor(type)).signs, type] as const));
    expect(signing.filter(([signs]) => !signs)).toEqual([[false, 'sha256sums']]);
  });
});
