import fc from 'fast-check';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { VerifySpec } from '../../../src/sync/declaration.ts';
import { altered, type Answer, artifact, ask, vector } from './material.ts';

const file = 'tool-1.2.3-linux.tar.gz';
const release = vector('minisign', file);
const keyIn = (bytes: Uint8Array): string => Buffer.from(bytes).toString().split('\n')[1] ?? '';
const first = keyIn(vector('minisign/first.pub'));
const second = keyIn(vector('minisign/second.pub'));

const none: Readonly<Record<string, Uint8Array>> = {};

async function judged(
  signature: Uint8Array,
  changes: Partial<Extract<VerifySpec, { type: 'minisign' }>> = {},
  { bytes = release, name = file, evidence = none } = {},
): Promise<Answer> {
  return ask({
    spec: { type: 'minisign', signature: 's.minisig', signers: [first], threshold: 1, ...changes },
    artifact: artifact(name, bytes),
    evidence: { 's.minisig': signature, ...evidence },
  });
}

describe('minisign', () => {
  test.each(['prehashed', 'legacy'])('a %s signature of the tool', async (kind) => {
    const signature = vector(`minisign/${kind}.minisig`);
    expect(await judged(signature)).toEqual({ result: 'verified', signers: [first], message: '', remarks: [] });
    expect(await judged(signature, { signers: [second, first] })).toMatchObject({
      result: 'verified',
      signers: [first],
    });
    expect(await judged(signature, { signers: [second] })).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
    expect(await judged(signature, { signers: [first, second], threshold: 2 })).toMatchObject({
      result: 'SYNC_SIGNERS_TOO_FEW',
    });
    expect(await judged(signature, { threshold: 0 })).toMatchObject({ result: 'SYNC_SIGNERS_TOO_FEW' });
  });

  test('the key id is shown as the tool shows it', async () => {
    const { message } = await judged(vector('minisign/second.minisig'));
    const [comment = ''] = Buffer.from(vector('minisign/second.pub')).toString().split('\n');
    expect(message).toContain(`key ${comment.split(' ').at(-1)}`);
  });

  test.each(['prehashed', 'legacy'])('%s: any altered bit of the file is refused', async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.nat(release.length - 1), fc.nat(7), async (at, bit) => {
        const answer = await judged(vector(`minisign/${kind}.minisig`), {}, { bytes: altered(release, at, bit) });
        return answer.result === 'SYNC_SIGNATURE_INVALID';
      }),
    );
  });

  test.each(['prehashed', 'legacy'])('%s: any altered bit below the untrusted comment is refused', async (kind) => {
    const signature = vector(`minisign/${kind}.minisig`);
    // the last byte is the line end, which may be missing
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: signature.indexOf(10), max: signature.length - 2 }),
        fc.nat(7),
        async (at, bit) => {
          const answer = await judged(altered(signature, at, bit));
          return answer.result === 'SYNC_SIGNATURE_INVALID' || answer.result === 'SYNC_SIGNERS_TOO_FEW';
        },
      ),
      { numRuns: 300 },
    );
  });

  test("another's trusted comment is refused", async () => {
    const [lines, others] = ['prehashed', 'legacy'].map((kind) =>
      Buffer.from(vector(`minisign/${kind}.minisig`))
        .toString()
        .split('\n'),
    );
    const mixed = [...(lines ?? []).slice(0, 2), ...(others ?? []).slice(2)].join('\n');
    expect((await judged(Buffer.from(mixed))).message).toContain('its trusted comment was altered');
  });

  test('over a sums file: the file must list the artifact', async () => {
    const sums = vector('minisign/SHA256SUMS');
    const signature = vector('minisign/SHA256SUMS.minisig');
    const evidence = { SHA256SUMS: sums };
    expect(await judged(signature, { over: 'SHA256SUMS' }, { evidence })).toMatchObject({ result: 'verified' });
    expect(await judged(signature, { over: 'SHA256SUMS' }, { evidence, bytes: altered(release, 1) })).toMatchObject({
      result: 'SYNC_CHECKSUM_MISMATCH',
    });
    expect(await judged(signature, { over: 'SHA256SUMS' }, { evidence, name: 'other' })).toMatchObject({
      result: 'SYNC_CHECKSUM_MISMATCH',
    });
    expect(
      await judged(signature, { over: 'SHA256SUMS' }, { evidence: { SHA256SUMS: altered(sums, 3) } }),
    ).toMatchObject({
      result: 'SYNC_SIGNATURE_INVALID',
    });
    expect(await judged(signature, { over: 'SHA256SUMS' })).toMatchObject({ result: 'SYNC_VERIFIER_BLIND' });
  });

  test('what is no signature, and what is no key', async () => {
    const text = Buffer.from(vector('minisign/prehashed.minisig')).toString();
    for (const junk of [
      '',
      '<html>',
      text.slice(0, 100),
      text.replace('trusted comment: tool', 'trusted comment tool'),
      `${text}more\n`,
      text.replace('RUT', 'RXT'),
      vector('minisign/first.pub'),
    ]) {
      expect(await judged(Buffer.from(junk))).toMatchObject({ result: 'SYNC_SIGNATURE_INVALID' });
    }
    for (const junk of ['', 'RW', first.slice(1), `${first}A`, 'minisign.pub']) {
      expect(await judged(vector('minisign/prehashed.minisig'), { signers: [junk] })).toMatchObject({
        result: 'SYNC_VERIFIER_BLIND',
      });
    }
  });
});

const tool = spawnSync('minisign', ['-v']).error === undefined;
describe.runIf(tool)('the installed minisign (left out where there is none)', () => {
  const directory = mkdtempSync(join(tmpdir(), 'valops-minisign-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const at = (name: string): string => join(directory, name);

  test.each([[[]], [['-l']]])('what it signs with %j we verify, and refuse where it refuses', async (options) => {
    execFileSync('minisign', ['-G', '-f', '-W', '-p', at('k.pub'), '-s', at('k.sec')], { stdio: 'ignore' });
    for (const bytes of [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(100_000, 3)]) {
      writeFileSync(at('f'), bytes);
      execFileSync(
        'minisign',
        ['-S', ...options, '-s', at('k.sec'), '-m', at('f'), '-x', at('f.sig'), '-t', 'ünïcode'],
        { stdio: 'ignore' },
      );
      const signers = [keyIn(readFileSync(at('k.pub')))];
      expect(await judged(readFileSync(at('f.sig')), { signers }, { bytes })).toMatchObject({ result: 'verified' });
      writeFileSync(at('f'), Buffer.concat([bytes, Buffer.of(1)]));
      expect(spawnSync('minisign', ['-V', '-p', at('k.pub'), '-m', at('f'), '-x', at('f.sig')]).status).not.toBe(0);
      expect(await judged(readFileSync(at('f.sig')), { signers }, { bytes: readFileSync(at('f')) })).toMatchObject({
        result: 'SYNC_SIGNATURE_INVALID',
      });
    }
  });
});
