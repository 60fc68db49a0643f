import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { readChecksums } from '../../../src/sync/verifiers/formats/checksum-list.ts';
import { type Answer, altered, artifact, ask } from './material.ts';

const bytes = Buffer.from('a release');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const sha512 = createHash('sha512').update(bytes).digest('hex');
const other = createHash('sha256').update('another').digest('hex');

async function judged(sums: string, name = 'tool.tar.gz', artifactBytes: Uint8Array = bytes): Promise<Answer> {
  return ask({
    spec: { type: 'sha256sums', file: 'SHA256SUMS' },
    artifact: artifact(name, artifactBytes),
    evidence: { SHA256SUMS: Buffer.from(sums) },
  });
}

describe('a sums file', () => {
  test.each([
    ['text mode', `${sha256}  tool.tar.gz\n`],
    ['binary mode', `${sha256} *tool.tar.gz\n`],
    ['without a last line end', `${sha256}  tool.tar.gz`],
    ['with CRLF', `${other}  readme\r\n${sha256}  tool.tar.gz\r\n`],
    ['with a byte order mark', `\uFEFF${sha256}  tool.tar.gz\n`],
    ['in uppercase', `${sha256.toUpperCase()}  tool.tar.gz\n`],
    ['with a tab', `${sha256}\ttool.tar.gz\n`],
    ['with one blank', `${sha256} tool.tar.gz\n`],
    ['below ./', `${sha256}  ./tool.tar.gz\n`],
    ['below directories', `${sha256}  dist/linux/tool.tar.gz\n`],
    ['BSD', `SHA256 (tool.tar.gz) = ${sha256}\n`],
    ['BSD, SHA-512', `SHA512 (tool.tar.gz) = ${sha512}\n`],
    ['openssl dgst', `SHA256(tool.tar.gz)= ${sha256}\nSHA2-512(tool.tar.gz)= ${sha512}\n`],
    ['SHA-512 by its length', `${sha512}  tool.tar.gz\n`],
    ['both digests', `${sha256}  tool.tar.gz\n${sha512}  tool.tar.gz\n`],
    ['beside weak digests', `d41d8cd98f00b204e9800998ecf8427e  tool.tar.gz\n${sha256}  tool.tar.gz\n`],
    ['the same line twice', `${sha256}  tool.tar.gz\n${sha256}  tool.tar.gz\n`],
    ['another directory with its own', `${other}  old/tool.tar.gz\n${sha256}  tool.tar.gz\n`],
    ["Debian's Release", `SHA256:\n ${other} 12 readme\n ${sha256} ${bytes.length} tool.tar.gz\n`],
    ['among comments', `# sums of 1.2.3\n\n${sha256}  tool.tar.gz\n-- \n`],
  ])('%s', async (_, sums) => {
    expect(await judged(sums)).toEqual({ result: 'verified', signers: [], message: '', remarks: [] });
    expect(await judged(sums, 'tool.tar.gz', altered(bytes, 0))).toMatchObject({ result: 'SYNC_CHECKSUM_MISMATCH' });
  });

  test.each([
    ['another digest', `${other}  tool.tar.gz\n`, `with sha256 ${other}, but it has ${sha256}`],
    ['two digests', `${sha256}  tool.tar.gz\n${other}  tool.tar.gz\n`, 'with two sha256 digests'],
    ['two digests in directories', `${sha256}  a/tool.tar.gz\n${other}  b/tool.tar.gz\n`, '("b/tool.tar.gz")'],
    [
      'a good one and a bad longer one',
      `${sha256}  tool.tar.gz\n${sha512.replace(/^./, 'z')}  x\n${'0'.repeat(128)}  tool.tar.gz\n`,
      'with sha512',
    ],
    ['another size', `SHA256:\n ${sha256} 8 tool.tar.gz\n`, 'with 8 bytes, but it has 9'],
    ['another name', `${sha256}  tool.tar.gz.asc\n`, 'does not list "tool.tar.gz" among its 1 files'],
    ['a name that ends alike', `${sha256}  mytool.tar.gz\n`, 'does not list'],
    ['only weak digests', 'd41d8cd98f00b204e9800998ecf8427e  tool.tar.gz\n', 'holds no SHA-256 or SHA-512 checksums'],
    ['a digest cut short', `${sha256.slice(1)}  tool.tar.gz\n`, 'holds no'],
    ['a digest too long', `${sha256}0  tool.tar.gz\n`, 'holds no'],
    ['an algorithm that is not its length', `SHA512 (tool.tar.gz) = ${sha256}\n`, 'holds no'],
    ['nothing', '', 'holds no'],
    ['a web page', `<html><body>${sha256}  tool.tar.gz</body></html>`, 'holds no'],
  ])('%s is refused', async (_, sums, reason) => {
    const answer = await judged(sums);
    expect(answer.result).toBe('SYNC_CHECKSUM_MISMATCH');
    expect(answer.message).toContain(reason);
  });

  test('one that is not there is no judgement', async () => {
    const answer = await ask({ spec: { type: 'sha256sums', file: 'SHA256SUMS' }, artifact: artifact('x', bytes) });
    expect(answer).toMatchObject({
      result: 'SYNC_VERIFIER_BLIND',
      message: expect.stringContaining('"SHA256SUMS"') as string,
    });
  });

  test('names are escaped as coreutils does, whatever is in them', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !text.includes('\0') && !/^\.\/|\r$/.test(text) && text.trim() === text && !text.includes('/'));
    fc.assert(
      fc.property(name, fc.boolean(), fc.boolean(), (path, binary, tag) => {
        const escaped = path.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
        const mark = escaped === path ? '' : '\\';
        const line = tag
          ? `${mark}SHA256 (${escaped}) = ${sha256}\n`
          : `${mark}${sha256} ${binary ? '*' : ' '}${escaped}\n`;
        expect(readChecksums(line)).toEqual([{ path, algorithm: 'sha256', digest: sha256 }]);
      }),
    );
  });

  test.each(['a\u2028b', 'a\u2029b', 'a\u0085b'])('a name that holds a line separator of Unicode: %j', (path) => {
    for (const line of [`${sha256}  ${path}\n`, `SHA256 (${path}) = ${sha256}\n`]) {
      expect(readChecksums(line)).toEqual([{ path, algorithm: 'sha256', digest: sha256 }]);
    }
  });

  test('any text is read without a fault, in time that grows with it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => Array.isArray(readChecksums(text))),
    );
    expect(readChecksums(`SHA256 (${'('.repeat(200_000)}\n${' '.repeat(200_000)}\n`)).toEqual([]);
  });
});
