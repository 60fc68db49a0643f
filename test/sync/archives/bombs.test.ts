import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { archiveRequest, judgement, limits } from '../../support/archive.ts';
import { readArchive } from '../../../src/sync/archives/read.ts';
import { tarArchive, tarEntry } from '../../support/tar-writer.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const gibibyte = 1024 ** 3;
const header = tarEntry({ name: 'tool', body: '', size: 7 * gibibyte + (gibibyte - 512) });

/** 10 GB of zeros behind a tar header: each of these formats may be joined from streams. */
function plantBomb(packer: string): string {
  const path = join(temporaryDirectory(), 'bomb');
  const pack = (bytes: Buffer): Buffer =>
    packer === 'gzip'
      ? gzipSync(bytes, { level: 9 })
      : execFileSync(packer, ['-c'], { input: bytes, maxBuffer: gibibyte, stdio: ['pipe', 'pipe', 'ignore'] });
  const [head, zeros] = [pack(header), pack(Buffer.alloc(100_000_000))];
  const file = openSync(path, 'w');
  writeSync(file, head);
  for (let n = 0; n < 100; n += 1) writeSync(file, zeros);
  closeSync(file);
  return path;
}

/** Takes and forgets; says how many bytes came. */
async function count(request: Parameters<typeof readArchive>[0]): Promise<{ taken: number; error: unknown }> {
  let taken = 0;
  const error = await readArchive(request, async (_path, _size, bytes) => {
    for await (const chunk of bytes) taken += chunk.length;
  }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { taken, error };
}

describe('bombs', () => {
  test.each(['gzip', 'xz', 'zstd', 'bzip2'])('10 GB of zeros by %s are refused at the ratio', async (packer) => {
    const path = plantBomb(packer);
    const request = archiveRequest(path, ['tool'], { limits: { ...limits, ratio: 100, bytes: 16 * gibibyte } });
    const { taken, error } = await count(request);
    expect(error).toMatchObject({ code: 'SYNC_ARCHIVE_UNSAFE', message: expect.stringContaining('100 times its') });
    expect(taken).toBeLessThanOrEqual(Math.max(1024 * 1024, request.size * 100));
  });

  test.each(['gzip', 'xz', 'zstd', 'bzip2'])('10 GB of zeros by %s are refused at the bytes', async (packer) => {
    const request = archiveRequest(plantBomb(packer), ['tool'], {
      limits: { ...limits, ratio: 1e9, bytes: 50_000_000 },
    });
    const { taken, error } = await count(request);
    expect(error).toMatchObject({ code: 'SYNC_ARCHIVE_UNSAFE', message: expect.stringContaining('50000000 bytes') });
    expect(taken).toBeLessThanOrEqual(50_000_000);
  });

  test('what nobody wants counts as well', async () => {
    const bomb = tarArchive({ name: 'tool', body: 'x' }, { name: 'padding', body: Buffer.alloc(9_000_000) });
    const judged = await judgement(temporaryDirectory(), gzipSync(bomb));
    expect(judged).toContain('more than 200 times');
  });

  test('100,000 entries are refused by their number', async () => {
    const entry = (index: number): Buffer => tarEntry({ name: `d/${index}` });
    const many = Buffer.concat([...Array.from({ length: 100_000 }, (_, index) => entry(index)), Buffer.alloc(1024)]);
    expect(await judgement(temporaryDirectory(), many)).toContain('more than the 10000 entries allowed');
    expect(await judgement(temporaryDirectory(), many, ['d/99999'], { limits: { ...limits, entries: 100_000 } })).toBe(
      'accepted',
    );
  });

  test('a taker that fails ends everything: files are closed and programs are gone', async () => {
    const descriptors = (): number => readdirSync('/proc/self/fd').length;
    const children = (): string => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
    // what is opened once and stays, such as execa's own, is opened here
    const path = plantBomb('bzip2');
    const fail = async (file: string, packer: string): Promise<void> => {
      const request = archiveRequest(file, ['tool'], { limits: { ...limits, bytes: 16 * gibibyte, ratio: 1e9 } });
      const failing = readArchive(request, async (_path, _size, bytes) => {
        for await (const chunk of bytes) if (chunk.length > 0) throw new Error(`enough of ${packer}`);
      });
      await expect(failing).rejects.toThrow(`enough of ${packer}`);
    };
    await fail(path, 'bzip2');
    const before = { files: descriptors(), children: children() };
    for (const packer of ['bzip2', 'gzip', 'xz', 'zstd']) {
      const bomb = packer === 'bzip2' ? path : plantBomb(packer);
      for (let n = 0; n < 5; n += 1) await fail(bomb, packer);
    }
    await expect.poll(() => ({ files: descriptors(), children: children() })).toEqual(before);
  });
});
