import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Posts } from '../../src/core/posts.ts';
import { openPosts } from '../../src/net/posts.ts';
import { makeContext } from '../support/context.ts';

const path = '/services/T0/SECRETTOKEN?key=SECRETKEY';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

/** A server on loopback that answers with these statuses, the last one from then on. */
async function serve(
  ...statuses: readonly number[]
): Promise<{ readonly origin: string; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const server: Server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const status = statuses[Math.min(seen.length, statuses.length - 1)] ?? 200;
      seen.push({ method: request.method, url: request.url, type: request.headers['content-type'], body });
      if (status === 0) return void request.socket.destroy();
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end('SECRETANSWER');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function open(insecure = true): Posts {
  const { context } = makeContext({ clock: { now: () => new Date(), monotonic: () => performance.now() } });
  const limits = { firstDelay: 1, longestDelay: 2, response: 500, connect: 500, attempts: 3 };
  const posts = openPosts(context, { insecure, caFile: undefined, environment: {}, limits });
  closing.push(() => posts.close());
  return posts;
}

const message = (url: string): Parameters<Posts['post']>[0] => ({
  url,
  title: 'webhook',
  contentType: 'application/json',
  body: new TextEncoder().encode('{"text":"ü"}'),
});

describe('a message', () => {
  test('arrives as it was given, once', async () => {
    const { origin, seen } = await serve(200);
    await open().post(message(`${origin}${path}`));
    expect(seen).toEqual([{ method: 'POST', url: path, type: 'application/json', body: '{"text":"ü"}' }]);
  });

  test.each([
    ['a server that is busy', [503, 429, 200]],
    ['a connection that breaks', [0, 200]],
  ])('is tried again after %s', async (_name, statuses) => {
    const { origin, seen } = await serve(...statuses);
    await open().post(message(`${origin}${path}`));
    expect(seen).toHaveLength(statuses.length);
  });

  test.each([
    ['is given up', [500], 3, '"webhook" at "127.0.0.1:PORT" answered 500 (tried 3 times)'],
    ['is not tried again when the server says no', [404], 1, '"webhook" at "127.0.0.1:PORT" answered 404'],
    ['follows no redirect', [302], 1, 'answered 302, a redirect, which is not followed'],
  ])('%s', async (_name, statuses, tries, told) => {
    const { origin, seen } = await serve(...statuses);
    const error = await open()
      .post(message(`${origin}${path}`))
      .catch((one: unknown) => one as Error);
    expect(seen).toHaveLength(tries);
    expect(error).toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect((error as Error).message.replace(/:\d{4,5}"/, ':PORT"')).toContain(told);
    expect(tellsOf(error as Error)).not.toMatch(/SECRET|services/);
  });

  test.each([
    [`http://192.0.2.1${path}`, true],
    [`http://127.0.0.1:9${path}`, false],
    [`ftp://example.org${path}`, true],
    [`https://user:SECRETWORD@example.org${path}`, true],
    [`SECRETWORD`, true],
    ['', true],
  ])('goes nowhere without TLS: %s', async (url, insecure) => {
    const error = await open(insecure)
      .post(message(url))
      .catch((one: unknown) => one as Error);
    expect(error).toBeInstanceOf(Error);
    expect(tellsOf(error as Error)).not.toMatch(/SECRET|services/);
  });

  test('nobody there: said by host only', async () => {
    const error = await open()
      .post(message(`http://127.0.0.1:1${path}`))
      .catch((one: unknown) => one as Error);
    expect((error as Error).message).toBe(
      'cannot reach "webhook" at "127.0.0.1:1": the connection was refused (tried 3 times)',
    );
    expect(tellsOf(error as Error)).not.toMatch(/SECRET|services/);
  });
});

/** All that any of our outputs could show of an error. */
function tellsOf(error: Error & { readonly hint?: string }): string {
  return `${error.message} ${error.hint ?? ''}`;
}
