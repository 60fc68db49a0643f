import fc from 'fast-check';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import { altered, type Answer, artifact, ask, vector } from './material.ts';

const file = 'tool-1.2.3-linux.tar.gz';
const release = vector('signify', file);
const keys: { readonly [name: string]: Uint8Array } = {
  'base.pub': vector('signify/base.pub'),
  'other.pub': vector('signify/other.pub'),
};

const none: Readonly<Record<string, Uint8Array>> = {};

async function judged(
  signature: Uint8Array,
  changes: Partial<Extract<VerifySpec, { type: 'signify' }>> = {},
  { bytes = release, name = file, evidence = none, trust = keys } = {},
): Promise<Answer> {
  return ask({
    spec: { type: 'signify', signature: 's.sig', signers: ['base.pub'], threshold: 1, ...changes },
    artifact: artifact(name, bytes),
    evidence: { 's.sig': signature, ...evidence },
    trust,
  });
}

describe('signify', () => {
  test('a detached signature of the artifact', async () => {
    const signature = vector('signify/detached.sig');
    expect(await judged(signature)).toEqual({ result: 'verified', signers: ['base.pub'], message: '', remarks: [] });
    expect(await judged(signature, { signers: ['other.pub', 'base.pub'] })).toMatchObject({
      result: 'verified',
      signers: ['base.pub'],
    });
    expect(await judged(signature, { signers: ['other.pub'] })).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    expect(await judged(vector('signify/other.sig'))).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    expect(await judged(signature, { threshold: 2, signers: ['base.pub', 'other.pub'] })).toMatchObject({
      result: 'SYNC_SIGNERS_TOO_FEW',
    });
  });

  test("a signed list as in OpenBSD's releases, embedding it and beside it", async () => {
    const embedding = vector('signify/SHA256.sig');
    expect(await judged(embedding)).toMatchObject({ result: 'verified' });
    expect(await judged(embedding, {}, { bytes: altered(release, 0) })).toMatchObject({
      result: 'SYNC_CHECKSUM_MISMATCH',
    });
    expect(await judged(embedding, {}, { name: 'other' })).toMatchObject({ result: 'SYNC_CHECKSUM_MISMATCH' });
    const evidence = { SHA256: vector('signify/SHA256') };
    const beside = vector('signify/SHA256.detached.sig');
    expect(await judged(beside, { over: 'SHA256' }, { evidence })).toMatchObject({ result: 'verified' });
    expect(await judged(beside, { over: 'SHA256' }, { evidence, bytes: altered(release, 0) })).toMatchObject({
      result: 'SYNC_CHECKSUM_MISMATCH',
    });
    expect(await judged(beside, { over: 'SHA256' })).toMatchObject({ result: 'SYNC_VERIFIER_BLIND' });
    expect(await judged(embedding, { over: 'SHA256' }, { evidence })).toMatchObject({
      result: 'SYNC_SIGNATURE_INVALID',
    });
  });

  test.each(['detached.sig', 'SHA256.sig'])(
    '%s: any altered bit below the untrusted comment is refused',
    async (name) => {
      const signature = vector('signify', name);
      // a detached signature ends with a line end that may be missing
      const last = name === 'detached.sig' ? signature.length - 2 : signature.length - 1;
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: signature.indexOf(10), max: last }), fc.nat(7), async (at, bit) => {
          const answer = await judged(altered(signature, at, bit));
          return answer.result === 'SYNC_SIGNATURE_INVALID' || answer.result === 'SYNC_SIGNERS_TOO_FEW';
        }),
        { numRuns: 300 },
      );
    },
  );

  test('any altered bit of the artifact is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(release.length - 1), fc.nat(7), async (at, bit) => {
        const answer = await judged(vector('signify/detached.sig'), {}, { bytes: altered(release, at, bit) });
        return answer.result === 'SYNC_SIGNATURE_INVALID';
      }),
    );
  });

  test('a key file that is none, or not there, is no judgement; a key as signature is none', async () => {
    const signature = vector('signify/detached.sig');
    for (const trust of [{}, { 'base.pub': Buffer.from('') }, { 'base.pub': signature }]) {
      expect(await judged(signature, {}, { trust })).toMatchObject({ result: 'SYNC_VERIFIER_BLIND' });
    }
    for (const junk of [Buffer.from(''), Buffer.from('<html>'), vector('signify/base.pub')]) {
      expect(await judged(junk)).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    }
  });

  test('a file too big for a signature that is not prehashed says so, unread', async () => {
    const answer = await ask({
      spec: { type: 'signify', signature: 's.sig', signers: ['base.pub'], threshold: 1 },
      artifact: {
        ...artifact(file, release),
        size: 2 ** 31,
        open: () => {
          throw new Error('must not be read');
        },
      },
      evidence: { 's.sig': vector('signify/detached.sig') },
      trust: keys,
    });
    expect(answer).toMatchObject({
      result: 'SYNC_VERIFIER_BLIND',
      message: expect.stringContaining('not prehashed') as string,
    });
  });
});

const tool = spawnSync('signify-openbsd', ['-h']).error === undefined;
describe.runIf(tool)('the installed signify-openbsd (left out where there is none)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'valops-signify-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const at = (name: string): string => join(directory, name);
  const signify = (...words: readonly string[]): void => {
    execFileSync('signify-openbsd', words, { cwd: directory, stdio: 'ignore' });
  };

  test('what it signs we verify, and refuse where it refuses', async () => {
    signify('-G', '-n', '-p', 'k.pub', '-s', 'k.sec');
    const trust = { 'base.pub': readFileSync(at('k.pub')) };
    for (const bytes of [Buffer.from('x'), Buffer.alloc(100_000, 3)]) {
      writeFileSync(at('f'), bytes);
      signify('-S', '-s', 'k.sec', '-m', 'f', '-x', 'f.sig');
      expect(await judged(readFileSync(at('f.sig')), {}, { bytes, trust })).toMatchObject({ result: 'verified' });
      writeFileSync(at('f'), Buffer.concat([bytes, Buffer.of(1)]));
      expect(
        spawnSync('signify-openbsd', ['-V', '-p', 'k.pub', '-m', 'f', '-x', 'f.sig'], { cwd: directory }).status,
      ).not.toBe(0);
      expect(await judged(readFileSync(at('f.sig')), {}, { bytes: readFileSync(at('f')), trust })).toMatchObject({
        result: 'SYNC_SIGNATURE_INVALID',
      });
    }
    writeFileSync(at('SHA256'), execFileSync('sha256sum', ['--tag', 'f'], { cwd: directory }));
    signify('-S', '-e', '-s', 'k.sec', '-m', 'SHA256', '-x', 'SHA256.sig');
    expect(
      await judged(readFileSync(at('SHA256.sig')), {}, { bytes: readFileSync(at('f')), name: 'f', trust }),
    ).toMatchObject({ result: 'verified' });
  });
});
