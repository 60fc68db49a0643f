import { existsSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Downloaded } from '../../src/core/downloads.ts';
import { downloadsFor, sampleBytes, sha256Of } from '../support/downloads.ts';
import { startReleaseServer, type ReleaseServer } from '../support/release-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const bytes = sampleBytes(3_000_000);
const sha256 = sha256Of(bytes);
const other = sampleBytes(3_000_000, 2);
let server: ReleaseServer;
let path: string;
let url: string;

beforeAll(async () => {
  server = await startReleaseServer();
});
beforeEach(() => {
  server.reset();
  url = server.publish('/agave', bytes);
});
afterAll(() => server.stop());

function fetchIt(expected: { sha256?: string; limits?: object } = {}): Promise<Downloaded> {
  const { limits, ...rest } = expected;
  const { downloads } = downloadsFor(server, { limits: limits ?? {} });
  return downloads.fetch({ url, path, limit: 10_000_000, title: 'agave', ...rest });
}

/** Leaves a part of `after` bytes behind, as a run does whose network goes away. */
async function leavePart(after = 1_000_000): Promise<void> {
  path = join(temporaryDirectory(), 'agave');
  server.misbehave('/agave', { kind: 'truncate', after, framing: 'broken' });
  await expect(fetchIt({ limits: { attempts: 1 } })).rejects.toMatchObject({ code: 'DOWNLOAD_SHORT' });
  server.misbehave('/agave');
  expect(readFileSync(`${path}.part`).length).toBe(after);
}

const ranges = (): readonly unknown[] => server.asked.map(({ headers }) => headers['range']);

describe('in one run', () => {
  test('a connection that breaks again and again: each attempt goes on where the last one ended', async () => {
    path = join(temporaryDirectory(), 'agave');
    server.misbehave('/agave', { kind: 'reset', after: 1_100_000 });
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256, size: bytes.length });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=1100000-', 'bytes=2200000-']);
  });

  test('attempts that get further do not count as attempts in vain', async () => {
    path = join(temporaryDirectory(), 'agave');
    const large = sampleBytes(12_000_000);
    server.publish('/agave', large);
    server.misbehave('/agave', { kind: 'reset', after: 1_100_000 });
    const { downloads } = downloadsFor(server, { limits: { attempts: 2 } });
    expect(await downloads.fetch({ url, path, limit: 20_000_000, title: 'agave' })).toMatchObject({
      sha256: sha256Of(large),
    });
    expect(server.asked.length).toBe(11);
  });

  test('a file that changes meanwhile begins anew, and is that file alone', async () => {
    path = join(temporaryDirectory(), 'agave');
    server.misbehave('/agave', { kind: 'truncate', after: 1_000_000, framing: 'broken' }, 1);
    const running = fetchIt();
    await expect.poll(() => server.asked.length).toBeGreaterThan(0);
    server.publish('/agave', other);
    expect(await running).toMatchObject({ sha256: sha256Of(other) });
    expect(readFileSync(path).equals(other)).toBe(true);
  });
});

describe('in a later run', () => {
  test('goes on after what is there', async () => {
    await leavePart();
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256, url });
    expect(ranges()).toEqual([undefined, 'bytes=1000000-']);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(existsSync(`${path}.part.json`)).toBe(false);
  });

  test('goes on by a date where there is no entity tag and the date is a minute old', async () => {
    const modified = new Date(Date.now() - 3_600_000).toUTCString();
    server.publish('/agave', bytes, { etag: '', 'last-modified': modified });
    await leavePart();
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256 });
    expect(server.asked.at(-1)?.headers).toMatchObject({ range: 'bytes=1000000-', 'if-range': modified });
  });

  test.each([
    ['a weak entity tag', { etag: 'W/"1"' }],
    ['a date of just now', { etag: '', 'last-modified': new Date(Date.now() + 5000).toUTCString() }],
    ['neither', { etag: '' }],
  ])('with %s there is nothing to go on with, and nothing is left', async (_title, headers) => {
    path = join(temporaryDirectory(), 'agave');
    server.publish('/agave', bytes, headers);
    server.misbehave('/agave', { kind: 'truncate', after: 1000, framing: 'broken' });
    await expect(fetchIt({ limits: { attempts: 1 } })).rejects.toMatchObject({ code: 'DOWNLOAD_SHORT' });
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('begins anew when the server has another file, knows no ranges, or sends a wrong one', async () => {
    await leavePart();
    server.publish('/agave', other);
    expect(await fetchIt()).toMatchObject({ sha256: sha256Of(other) });

    for (const kind of ['no-ranges', 'wrong-range'] as const) {
      server.publish('/agave', bytes);
      await leavePart();
      server.misbehave('/agave', { kind });
      expect(await fetchIt({ sha256 })).toMatchObject({ sha256 });
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  test('begins anew for another address, a note that is torn, and more bytes than the file has', async () => {
    const spoil: readonly (() => void)[] = [
      () => writeFileSync(`${path}.part.json`, '{"url"'),
      () =>
        writeFileSync(`${path}.part.json`, JSON.stringify({ url: 'https://192.0.2.1/', validator: '"a"', size: 9 })),
      () => writeFileSync(`${path}.part`, new Uint8Array(3_000_001)),
    ];
    for (const change of spoil) {
      await leavePart();
      change();
      expect(await fetchIt({ sha256 })).toMatchObject({ sha256 });
      expect(ranges().at(-1)).toBeUndefined();
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  test('bytes that changed on disk are noticed by the digest, and fetched once more before anyone is accused', async () => {
    await leavePart();
    const part = readFileSync(`${path}.part`);
    part[5] = (part[5] ?? 0) ^ 1;
    writeFileSync(`${path}.part`, part);
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256 });
    expect(ranges()).toEqual([undefined, 'bytes=1000000-', undefined]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test('a wrong file stays wrong however often it is fetched, and leaves nothing', async () => {
    await leavePart();
    await expect(fetchIt({ sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'DOWNLOAD_MISMATCH' });
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('a part to which only the name is missing needs no server', async () => {
    await leavePart();
    writeFileSync(`${path}.part`, bytes);
    const before = server.asked.length;
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256, size: bytes.length });
    expect(server.asked.length).toBe(before);
  });

  test('a part that was cut short on disk goes on where it ends', async () => {
    await leavePart();
    truncateSync(`${path}.part`, 17);
    expect(await fetchIt({ sha256 })).toMatchObject({ sha256 });
    expect(ranges().at(-1)).toBe('bytes=17-');
  });
});
