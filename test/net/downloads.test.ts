import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Downloaded } from '../../src/core/downloads.ts';
import { downloadsFor, sampleBytes, sha256Of } from '../support/downloads.ts';
import type { Fault } from '../support/release-faults.ts';
import { startReleaseServer, type ReleaseServer } from '../support/release-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const bytes = sampleBytes(3_000_000);
const sha256 = sha256Of(bytes);
const limit = 10_000_000;
let server: ReleaseServer;
let directory: string;
let path: string;

beforeAll(async () => {
  server = await startReleaseServer();
});
beforeEach(() => server.reset());
afterAll(() => server.stop());

/** Fetches `/agave.tar.bz2` as the given fault serves it. */
async function fetched(
  fault: Fault | undefined,
  { times, expected = {}, limits = {} }: { times?: number; expected?: object; limits?: object } = {},
): Promise<Downloaded> {
  directory = temporaryDirectory();
  path = join(directory, 'agave');
  const url = server.publish('/agave.tar.bz2', bytes);
  server.misbehave('/agave.tar.bz2', fault, times);
  const { downloads } = downloadsFor(server, { limits });
  return downloads.fetch({ url, path, limit, title: 'agave.tar.bz2', ...expected });
}

/** What is left beside the target. */
const left = (): readonly string[] => readdirSync(directory);

describe('a good server', () => {
  test('the file is whole, private and hashed as it came', async () => {
    const got = await fetched(undefined);
    expect(got).toEqual({ path, size: bytes.length, sha256, url: `${server.origin}/agave.tar.bz2` });
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(left()).toEqual(['agave']);
  });

  test('nothing is asked for but the plain bytes, and no cookie is kept', async () => {
    server.publish('/cookie', bytes, { 'set-cookie': 'a=b' });
    const { downloads } = downloadsFor(server);
    directory = temporaryDirectory();
    for (const name of ['one', 'two']) {
      await downloads.fetch({ url: `${server.origin}/cookie`, path: join(directory, name), limit, title: name });
    }
    for (const { headers } of server.asked) {
      expect(headers['accept-encoding']).toBe('identity');
      expect(headers['user-agent']).toBe('valops/0.0.0-test');
      expect(headers['cookie']).toBeUndefined();
      expect(headers['range']).toBeUndefined();
    }
  });

  test('size and digest that are known are compared', async () => {
    await fetched(undefined, { expected: { size: bytes.length, sha256 } });
    await expect(fetched(undefined, { expected: { size: bytes.length - 1 } })).rejects.toMatchObject({
      code: 'DOWNLOAD_MISMATCH',
      message: `expected 2999999 bytes of "agave.tar.bz2", the server has 3000000`,
    });
    await expect(fetched(undefined, { expected: { sha256: '0'.repeat(64) } })).rejects.toMatchObject({
      code: 'DOWNLOAD_MISMATCH',
    });
    expect(left()).toEqual([]);
  });

  test('an empty file is a file', async () => {
    const url = server.publish('/empty', new Uint8Array());
    const target = join(temporaryDirectory(), 'empty');
    const { downloads } = downloadsFor(server);
    expect(await downloads.fetch({ url, path: target, limit, title: 'empty' })).toMatchObject({ size: 0 });
    expect(statSync(target).size).toBe(0);
  });

  test('a page that is called one is fetched as it is', async () => {
    const url = server.publish('/index.html', Buffer.from('<!doctype html>'), { 'content-type': 'text/html' });
    const { downloads } = downloadsFor(server);
    expect(await downloads.read({ url, limit, title: 'index' })).toHaveLength(15);
  });

  test('progress is told with the size, and ends at it', async () => {
    const url = server.publish('/agave.tar.bz2', bytes);
    const { downloads, events } = downloadsFor(server);
    await downloads.fetch({ url, path: join(temporaryDirectory(), 'a'), limit, title: 'agave' });
    expect(events.at(-1)).toEqual({
      kind: 'bytes',
      title: 'agave',
      done: bytes.length,
      total: bytes.length,
      state: 'end',
    });
  });

  test('a signal that ends the process says what stays, as long as something does', async () => {
    const url = server.publish('/agave.tar.bz2', bytes);
    server.misbehave('/agave.tar.bz2', { kind: 'stall', after: 10 });
    const { downloads, said } = downloadsFor(server);
    const target = join(temporaryDirectory(), 'a');
    const failing = downloads.fetch({ url, path: target, limit, title: 'agave' }).catch((error: unknown) => error);
    await expect.poll(() => [...said]).toEqual([`what has come of "agave" stays in "${target}.part" for the next run`]);
    await expect.poll(() => server.asked.length).toBe(1);
    await downloads.close();
    expect(await failing).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect([...said]).toEqual([]);
  });

  test('a document is read whole, and 404 is no document', async () => {
    const url = server.publish('/SHA256SUMS', Buffer.from('abc'));
    const { downloads } = downloadsFor(server);
    expect(await downloads.read({ url, limit: 3, title: 'sums' })).toEqual(Uint8Array.from(Buffer.from('abc')));
    expect(await downloads.read({ url: `${server.origin}/none`, limit: 3, title: 'sums' })).toBeNull();
    await expect(downloads.read({ url, limit: 2, title: 'sums' })).rejects.toMatchObject({
      code: 'DOWNLOAD_TOO_LARGE',
    });
  });

  test('at most so many at once as allowed', async () => {
    const { downloads } = downloadsFor(server, { limits: { parallel: 2 } });
    directory = temporaryDirectory();
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) {
      server.publish(`/${name}`, bytes);
      server.misbehave(`/${name}`, { kind: 'stall', after: 10 });
    }
    const running = Promise.allSettled(
      names.map((name) =>
        downloads.fetch({ url: `${server.origin}/${name}`, path: join(directory, name), limit, title: name }),
      ),
    );
    await expect.poll(() => server.asked.length).toBe(2);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    expect(server.asked.length).toBe(2);
    await downloads.close();
    await running;
  });
});

describe('a bad server', () => {
  test.each<[string, Fault, object, string, string]>([
    ['one bit is another', { kind: 'bit-flip' }, { sha256 }, 'DOWNLOAD_MISMATCH', 'expected sha256'],
    [
      'it is shorter and says so',
      { kind: 'truncate', after: 1000, framing: 'length' },
      { size: bytes.length },
      'DOWNLOAD_MISMATCH',
      'expected 3000000 bytes of "agave.tar.bz2", the server has 1000',
    ],
    [
      'it is shorter and does not say so',
      { kind: 'truncate', after: 1000, framing: 'chunked' },
      { size: bytes.length },
      'DOWNLOAD_SHORT',
      '"agave.tar.bz2" broke off after 1000 of 3000000 bytes (tried 3 times)',
    ],
    [
      'it breaks off each time',
      { kind: 'truncate', after: 1000, framing: 'broken' },
      {},
      'DOWNLOAD_SHORT',
      '"agave.tar.bz2" broke off after 1000 of 3000000 bytes (tried 3 times)',
    ],
    [
      'a page of HTML comes with 200',
      { kind: 'page', type: 'text/html; charset=utf-8' },
      { sha256 },
      'DOWNLOAD_NOT_ARTIFACT',
      'it begins with "<!DOCTYPE html>"',
    ],
    [
      'the same without its type',
      { kind: 'page', type: 'application/octet-stream', html: '\n <HTML lang="en">Sorry\u001B[2J</html>' },
      { sha256 },
      'DOWNLOAD_NOT_ARTIFACT',
      'it begins with "<HTML lang="en">Sorry\\u{1b}[2J</html>"',
    ],
    [
      'a page of HTML comes with 200 and says its size, which is not that of the file',
      { kind: 'page', type: 'text/html', framing: 'length' },
      { size: bytes.length, sha256 },
      'DOWNLOAD_NOT_ARTIFACT',
      'a web page came instead of "agave.tar.bz2"',
    ],
    ['404', { kind: 'status', status: 404 }, {}, 'DOWNLOAD_FAILED', 'the server answered 404 (not found)'],
    ['403', { kind: 'status', status: 403 }, {}, 'DOWNLOAD_FAILED', 'the server answered 403 (forbidden)'],
    ['204', { kind: 'status', status: 204 }, {}, 'DOWNLOAD_FAILED', 'the server answered 204'],
    ['500 each time', { kind: 'status', status: 500 }, {}, 'DOWNLOAD_FAILED', '500 (internal error) (tried 3 times)'],
    [
      'it is larger than allowed and says so',
      { kind: 'oversize', extra: 8_000_000, framing: 'length' },
      {},
      'DOWNLOAD_TOO_LARGE',
      'expected at most 10000000 bytes of "agave.tar.bz2", the server sends 11000000 bytes',
    ],
    [
      'it is larger than allowed and does not say so',
      { kind: 'oversize', extra: 8_000_000, framing: 'chunked' },
      {},
      'DOWNLOAD_TOO_LARGE',
      'expected at most 10000000 bytes',
    ],
    [
      'it is one byte larger than expected and does not say so',
      { kind: 'oversize', extra: 1, framing: 'chunked' },
      { size: bytes.length },
      'DOWNLOAD_TOO_LARGE',
      'expected at most 3000000 bytes',
    ],
    ['it has no end', { kind: 'endless' }, {}, 'DOWNLOAD_TOO_LARGE', 'expected at most 10000000 bytes'],
    ['it is packed on the way', { kind: 'gzip' }, {}, 'DOWNLOAD_FAILED', 'answered with the encoding "gzip"'],
    ['its end cannot be told', { kind: 'unframed' }, {}, 'DOWNLOAD_FAILED', 'does not say how long'],
  ])('%s', async (_title, fault, expected, code, message) => {
    const failed = fetched(fault, { expected });
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(existsSync(path)).toBe(false);
    const kept = code === 'DOWNLOAD_SHORT' && !('size' in expected);
    expect(left()).toEqual(kept ? ['agave.part', 'agave.part.json'] : []);
  });

  test('a size that is known ends a body which nothing else does', async () => {
    await fetched({ kind: 'unframed' }, { expected: { size: bytes.length, sha256 } });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test.each([408, 425, 429, 500, 502, 503, 504])('%i once is asked again', async (status) => {
    expect(await fetched({ kind: 'status', status }, { times: 1 })).toMatchObject({ sha256 });
    expect(server.asked.length).toBe(2);
  });

  test.each([400, 401, 403, 404, 410, 451])('%i is never asked again', async (status) => {
    await expect(fetched({ kind: 'status', status }, { times: 1 })).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(server.asked.length).toBe(1);
  });

  test('an earlier file of that name stays when its successor is bad', async () => {
    directory = temporaryDirectory();
    path = join(directory, 'agave');
    writeFileSync(path, 'old');
    const url = server.publish('/agave.tar.bz2', bytes);
    server.misbehave('/agave.tar.bz2', { kind: 'bit-flip' });
    const { downloads } = downloadsFor(server);
    await expect(downloads.fetch({ url, path, limit, title: 'a', sha256 })).rejects.toMatchObject({
      code: 'DOWNLOAD_MISMATCH',
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});

describe('a slow server', () => {
  test.each<[string, Fault, object, string]>([
    ['never answers', { kind: 'silent' }, { connect: 50, response: 100 }, 'no answer within'],
    ['falls silent', { kind: 'stall', after: 1000 }, { silence: 100 }, 'the server fell silent'],
    [
      'drips so that it is never silent',
      { kind: 'slow', bytes: 1, every: 20 },
      { silence: 5000, pace: { bytes: 1000, time: 150 } },
      'expected at least 1000 bytes in 0.2 s, got',
    ],
    [
      'is fast enough, but never done',
      { kind: 'slow', bytes: 100, every: 10 },
      { file: 300, pace: { bytes: 1, time: 100 } },
      'did not come within',
    ],
  ])('%s', async (_title, fault, limits, message) => {
    await expect(fetched(fault, { limits: { attempts: 2, ...limits } })).rejects.toMatchObject({
      code: 'DOWNLOAD_TIMEOUT',
      message: expect.stringContaining(message),
    });
    expect(existsSync(path)).toBe(false);
  });

  test('Retry-After is kept, and said', async () => {
    const url = server.publish('/a', bytes);
    server.misbehave('/a', { kind: 'status', status: 503, headers: { 'retry-after': '1' } }, 1);
    const { downloads, events } = downloadsFor(server);
    await downloads.fetch({ url, path: join(temporaryDirectory(), 'a'), limit, title: 'agave' });
    expect(events[0]).toEqual({
      kind: 'note',
      message: `cannot fetch "agave" from "${url}": the server answered 503 (not available); trying again in 1 s`,
    });
  });

  test.each([
    ['seconds', '7200'],
    ['a date', new Date(Date.now() + 7_200_000).toUTCString()],
  ])('Retry-After in %s beyond the bearable ends it, and says until when', async (_form, after) => {
    const fault = { kind: 'status', status: 503, headers: { 'retry-after': after } } as const;
    await expect(fetched(fault)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/503 \(not available\) and asks to wait until 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
    expect(server.asked.length).toBe(1);
  });
});

describe('space', () => {
  test('is asked for before the body is taken', async () => {
    const url = server.publish('/agave.tar.bz2', bytes);
    directory = temporaryDirectory();
    path = join(directory, 'agave');
    const { downloads } = downloadsFor(server, { trees: { freeSpace: () => 2_999_999 } });
    await expect(downloads.fetch({ url, path, limit, title: 'agave' })).rejects.toMatchObject({
      code: 'SYNC_NO_SPACE',
      message: `"${directory}" has 2999999 bytes free, 3000000 are needed`,
    });
    expect(left()).toEqual([]);
  });
});
