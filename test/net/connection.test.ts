import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Downloaded } from '../../src/core/downloads.ts';
import type { DownloadsOptions } from '../../src/net/downloads.ts';
import { startConnectProxy, type ConnectProxy } from '../support/connect-proxy.ts';
import { downloadsFor, sampleBytes } from '../support/downloads.ts';
import { startReleaseServer, type ReleaseServer, type ReleaseServerOptions } from '../support/release-server.ts';
import { freePort } from '../support/sshd.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const bytes = sampleBytes(50_000);
let server: ReleaseServer;

beforeAll(async () => {
  server = await startReleaseServer();
});
beforeEach(() => server.reset());
afterAll(() => server.stop());

async function start(options: ReleaseServerOptions): Promise<ReleaseServer> {
  const started = await startReleaseServer(options);
  onTestFinished(() => started.stop());
  return started;
}

async function proxy(options: Parameters<typeof startConnectProxy>[0] = {}): Promise<ConnectProxy> {
  const started = await startConnectProxy(options);
  onTestFinished(() => started.stop());
  return started;
}

function fetchFrom(
  url: string,
  { headers = {}, ...options }: Partial<DownloadsOptions> & { headers?: Record<string, string> } = {},
  { ca }: Pick<ReleaseServer, 'ca'> = server,
): Promise<Downloaded> {
  const directory = temporaryDirectory();
  const { downloads } = downloadsFor({ ca }, options);
  const fetching = downloads.fetch({ url, headers, path: join(directory, 'a'), limit: 1_000_000, title: 'agave' });
  return fetching.catch((error: unknown) => {
    expect(readdirSync(directory)).toEqual([]);
    throw error;
  });
}

describe('addresses', () => {
  test.each([
    ['http://127.0.0.1:1/a', {}, 'expected an https address, got "http://127.0.0.1:1/a"'],
    ['http://192.0.2.1/a', { insecure: true }, '"http://192.0.2.1/a" is neither https nor at a loopback address'],
    ['http://localhost/a', { insecure: true }, 'neither https nor at a loopback address'],
    ['http://127.0.0.1.example.org/a', { insecure: true }, 'neither https nor at a loopback address'],
    ['ftp://192.0.2.1/a', {}, 'got "ftp:"'],
    ['file:///etc/passwd', { insecure: true }, 'got "file:"'],
  ])('%s is refused', async (url, options, message) => {
    await expect(fetchFrom(url, options)).rejects.toMatchObject({
      code: 'DOWNLOAD_INSECURE',
      message: expect.stringContaining(message),
    });
  });

  test('credentials in an address are refused, and not repeated', async () => {
    const refused = fetchFrom('https://user:hunter2@192.0.2.1/a?token=hunter3');
    await expect(refused).rejects.toMatchObject({
      code: 'DOWNLOAD_INSECURE',
      message: 'the address of "https://192.0.2.1/a" holds a user name or password',
    });
  });

  test('http at a loopback address, where it is allowed', async () => {
    const plain = await start({ insecure: true });
    expect(await fetchFrom(plain.publish('/a', bytes), { insecure: true })).toMatchObject({ size: bytes.length });
  });
});

describe('redirects', () => {
  test('are followed to https, and where they led is told without the query', async () => {
    server.publish('/b?signature=secret', bytes);
    server.misbehave('/a', { kind: 'redirect', to: `${server.otherOrigin}/b?signature=secret` });
    expect(await fetchFrom(`${server.origin}/a`)).toMatchObject({ url: `${server.otherOrigin}/b` });
  });

  test.each([301, 302, 303, 307, 308])('%i with a relative address', async (status) => {
    server.publish('/d/b', bytes);
    server.misbehave('/d/a', { kind: 'redirect', to: 'b', status });
    expect(await fetchFrom(`${server.origin}/d/a`)).toMatchObject({ url: `${server.origin}/d/b` });
  });

  test('to http are refused at each hop, also where http is allowed', async () => {
    const plain = await start({ insecure: true });
    plain.publish('/a', bytes);
    server.misbehave('/a', { kind: 'redirect', to: '/b' });
    server.misbehave('/b', { kind: 'redirect', to: `${plain.origin}/a` });
    for (const insecure of [false, true]) {
      await expect(fetchFrom(`${server.origin}/a`, { insecure })).rejects.toMatchObject({
        code: 'DOWNLOAD_INSECURE',
        message: `"${server.origin}/b" redirects to "${plain.origin}/a", which is not https`,
      });
    }
    expect(plain.asked).toEqual([]);
  });

  test('to credentials, to other schemes and to nowhere are refused', async () => {
    server.misbehave('/a', { kind: 'redirect', to: 'https://user:pass@192.0.2.1/' });
    await expect(fetchFrom(`${server.origin}/a`)).rejects.toMatchObject({ code: 'DOWNLOAD_INSECURE' });
    server.misbehave('/a', { kind: 'redirect', to: 'file:///etc/passwd' });
    await expect(fetchFrom(`${server.origin}/a`)).rejects.toMatchObject({ code: 'DOWNLOAD_INSECURE' });
    server.misbehave('/a', { kind: 'redirect', to: 'https://[' });
    await expect(fetchFrom(`${server.origin}/a`)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  });

  test('end somewhere: five of them at most', async () => {
    server.publish('/5', bytes);
    for (let hop = 0; hop < 5; hop++) server.misbehave(`/${hop}`, { kind: 'redirect', to: `/${hop + 1}` });
    expect(await fetchFrom(`${server.origin}/0`)).toMatchObject({ url: `${server.origin}/5` });
    server.misbehave('/5', { kind: 'redirect', to: '/0' });
    await expect(fetchFrom(`${server.origin}/0`)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: `"agave" was redirected 6 times, at last from "${server.origin}/5"`,
    });
  });

  test('take no headers of the caller to another origin, and never again', async () => {
    const headers = { authorization: 'Bearer hunter2', accept: 'application/octet-stream' };
    server.publish('/d', bytes);
    server.misbehave('/a', { kind: 'redirect', to: '/b' });
    server.misbehave('/b', { kind: 'redirect', to: `${server.otherOrigin}/c` });
    server.misbehave('/c', { kind: 'redirect', to: `${server.origin}/d` });
    await fetchFrom(`${server.origin}/a`, { headers });
    expect(server.asked.map(({ path, headers: { authorization, accept } }) => [path, authorization, accept])).toEqual([
      ['/a', 'Bearer hunter2', 'application/octet-stream'],
      ['/b', 'Bearer hunter2', 'application/octet-stream'],
      ['/c', undefined, undefined],
      ['/d', undefined, undefined],
    ]);
  });
});

describe('certificates', () => {
  test.each<[string, ReleaseServerOptions, string, string]>([
    ['expired', { days: -1 }, 'its certificate has expired', 'timedatectl'],
    [
      'for another name',
      { names: ['DNS:other.example', 'IP:192.0.2.7'] },
      'its certificate is for another name (DNS:other.example, IP Address:192.0.2.7), not for "127.0.0.1"',
      'another server may be answering',
    ],
    ['of an unknown authority', { strange: true }, 'from an authority that is not trusted here', '--ca FILE'],
  ])('%s', async (_title, options, message, hint) => {
    const bad = await start(options);
    const refused = fetchFrom(bad.publish('/a', bytes), {}, bad);
    await expect(refused).rejects.toMatchObject({
      code: 'DOWNLOAD_INSECURE',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
    expect(bad.asked).toEqual([]);
  });

  test('are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const bad = await start({ strange: true });
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    onTestFinished(() => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']);
    await expect(fetchFrom(bad.publish('/a', bytes), {}, bad)).rejects.toMatchObject({ code: 'DOWNLOAD_INSECURE' });
  });

  test('without a file of authorities only those of the system count', async () => {
    const refused = fetchFrom(server.publish('/a', bytes), { caFile: undefined });
    await expect(refused).rejects.toMatchObject({ code: 'DOWNLOAD_INSECURE' });
  });

  test.each([
    ['', 'it holds no certificate in PEM form'],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'its certificate number 1 cannot be read'],
  ])('a file of authorities that is none: %j', async (text, message) => {
    expect(() => downloadsFor({ ca: text })).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });

  test('a server without TLS is told from one with a bad certificate', async () => {
    const plain = await start({ insecure: true });
    await expect(fetchFrom(plain.origin.replace('http:', 'https:'))).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('TLS failed'),
    });
  });
});

describe('connections', () => {
  test('refused ones are tried again, then named', async () => {
    const port = await freePort();
    await expect(fetchFrom(`https://127.0.0.1:${port}/a`)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: `cannot fetch "agave" from "127.0.0.1:${port}": the connection was refused (tried 3 times)`,
    });
  });
});

describe('the proxy of the environment', () => {
  test.each(['https_proxy', 'HTTPS_PROXY'])('%s is used', async (name) => {
    const { origin, tunnels } = await proxy();
    await fetchFrom(server.publish('/a', bytes), { environment: { [name]: origin } });
    expect(tunnels).toEqual([server.origin.slice('https://'.length)]);
  });

  test('an address without a scheme will do, and credentials are sent to the proxy alone', async () => {
    const { origin, tunnels } = await proxy({ credentials: 'user:hunter2' });
    const environment = { https_proxy: origin.replace('http://', 'user:hunter2@') };
    await fetchFrom(server.publish('/a', bytes), { environment });
    expect(tunnels.length).toBe(1);
    expect(server.asked[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test.each([
    [{ no_proxy: '127.0.0.1' }],
    [{ NO_PROXY: '192.0.2.1, 127.0.0.1' }],
    [{ no_proxy: '*' }],
    [{ http_proxy: 'set', https_proxy: '' }],
  ])('is left out with %j', async (environment) => {
    const { origin, tunnels } = await proxy();
    const given = { https_proxy: origin, ...environment, ...('http_proxy' in environment && { http_proxy: origin }) };
    await fetchFrom(server.publish('/a', bytes), { environment: given });
    expect(tunnels).toEqual([]);
  });

  test('is no way around certificates', async () => {
    const { origin } = await proxy();
    const bad = await start({ strange: true });
    const refused = fetchFrom(bad.publish('/a', bytes), { environment: { https_proxy: origin } }, bad);
    await expect(refused).rejects.toMatchObject({ code: 'DOWNLOAD_INSECURE' });
    const named = await start({ names: ['DNS:other.example'] });
    const misnamed = fetchFrom(named.publish('/a', bytes), { environment: { https_proxy: origin } }, named);
    await expect(misnamed).rejects.toMatchObject({ code: 'DOWNLOAD_INSECURE' });
  });

  test('refusals name the proxy, never its credentials', async () => {
    const { origin, tunnels } = await proxy({ credentials: 'user:other' });
    const environment = { https_proxy: origin.replace('http://', 'http://user:hunter2@') };
    const failed = fetchFrom(server.publish('/a', bytes), { environment });
    await expect(failed).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: `cannot fetch "agave" from "${server.origin.slice(8)}" (proxy "${origin.slice(7)}", unless no_proxy names the host): the proxy answered with status 407`,
    });
    expect(tunnels.length).toBe(1);
    const busy = await proxy({ status: 503 });
    await expect(
      fetchFrom(server.publish('/a', bytes), { environment: { https_proxy: busy.origin } }),
    ).rejects.toMatchObject({ message: expect.stringContaining('status 503 (tried 3 times)') });
  });

  test.each(['socks5://127.0.0.1:1', 'nonsense://x', 'http://'])('%s is none', async (https_proxy) => {
    expect(() => downloadsFor(server, { environment: { https_proxy } })).toThrowError(
      expect.objectContaining({ code: 'CONFIG_ENVIRONMENT' }),
    );
  });

  test('http at loopback goes there directly', async () => {
    const { origin, tunnels } = await proxy();
    const plain = await start({ insecure: true });
    const environment = { http_proxy: origin, https_proxy: origin };
    await fetchFrom(plain.publish('/a', bytes), { insecure: true, environment });
    expect(tunnels).toEqual([]);
  });
});
