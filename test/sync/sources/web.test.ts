import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Downloads } from '../../../src/core/downloads.ts';
import type { SourceSpec } from '../../../src/sync/declaration.ts';
import type { Fetched } from '../../../src/sync/source.ts';
import { sourceFor, sourceTypes } from '../../../src/sync/sources/registry.ts';
import { downloadsFor, sampleBytes, sha256Of } from '../../support/downloads.ts';
import { startReleaseServer, type ReleaseServer } from '../../support/release-server.ts';
import { sourceDoors, words } from '../../support/source-doors.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const bytes = sampleBytes(200_000);
const signature = Buffer.from('signature');
const asset = 'agave-x86_64-unknown-linux-gnu.tar.bz2';
let server: ReleaseServer;

beforeAll(async () => {
  server = await startReleaseServer();
});
beforeEach(() => server.reset());
afterAll(() => server.stop());

/** Locates and fetches as the commands do. */
async function get(spec: SourceSpec, side?: string, base?: string): Promise<Fetched & { name: string; url: string }> {
  const downloads: Downloads = downloadsFor(server).downloads;
  const doors = sourceDoors({ downloads, ...(base === undefined ? {} : { base }) });
  const source = await sourceFor(spec.type);
  const location = await source.locate(doors, spec, words, side);
  const path = join(temporaryDirectory(), 'fetched');
  const fetched = await source.fetch(doors, spec, { location, path, limit: 1_000_000 });
  expect(sha256Of(readFileSync(path))).toBe(fetched.sha256);
  return { ...fetched, ...location };
}

test('each type has its file, named as it', async () => {
  for (const type of sourceTypes) expect((await sourceFor(type)).type).toBe(type);
});

describe('https', () => {
  const spec = (): SourceSpec => ({ type: 'https', url: `${server.origin}/v{version}/{name}-{target}.tar.bz2` });

  test('fetches the artifact, and side files beside it or at their own address', async () => {
    server.publish(`/v2.1.0/${asset}`, bytes);
    server.publish('/v2.1.0/SHA256SUMS.asc', signature);
    server.publish('/keys/other.sig', signature);
    expect(await get(spec())).toMatchObject({
      name: asset,
      url: `${server.origin}/v2.1.0/${asset}`,
      sha256: sha256Of(bytes),
      size: bytes.length,
    });
    expect(await get(spec(), 'SHA256SUMS.asc')).toMatchObject({
      name: 'SHA256SUMS.asc',
      url: `${server.origin}/v2.1.0/SHA256SUMS.asc`,
    });
    expect(await get(spec(), '../keys/other.sig')).toMatchObject({ name: 'other.sig' });
    expect(await get(spec(), `${server.otherOrigin}/keys/other.sig`)).toMatchObject({
      url: `${server.otherOrigin}/keys/other.sig`,
    });
  });

  test('a side file cannot choose another server, and names are taken literally', async () => {
    server.publish('/v2.1.0/a%3Fb%23c', signature);
    expect(await get(spec(), 'a?b#c')).toMatchObject({ name: 'a?b#c' });
    await expect(get(spec(), '//192.0.2.1/a')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test.each(['https://192.0.2.1/', 'https://192.0.2.1/a/..', 'https://192.0.2.1/a%2Fb', 'https://192.0.2.1/%00', 'x'])(
    '%s names no file',
    async (url) => {
      await expect(get({ type: 'https', url })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    },
  );

  test('what is not there is told by its address', async () => {
    await expect(get(spec())).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(`/v2.1.0/${asset}": the server answered 404 (not found)`),
    });
  });
});

describe('github', () => {
  const repository = 'anza-xyz/agave';
  const assets = { [asset]: bytes, 'other.sig': signature };
  const spec = (api: string, more: object = {}): SourceSpec => ({
    type: 'github',
    repository,
    tag: 'v{version}',
    asset: '{name}-{target}.tar.bz2',
    api,
    ...more,
  });

  test('finds an asset by tag and exact name', async () => {
    const api = server.github(repository, 'v2.1.0', assets);
    expect(await get(spec(api))).toMatchObject({
      name: asset,
      url: `${server.origin}/${repository}/releases/download/v2.1.0/${asset}`,
      sha256: sha256Of(bytes),
    });
    expect(await get(spec(`${api}/`), 'other.sig')).toMatchObject({ sha256: sha256Of(signature) });
    expect(server.asked[0]?.headers).toMatchObject({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    });
  });

  test('a release or asset that is not there: says what is', async () => {
    const api = server.github(repository, 'v2.1.0', assets);
    await expect(get(spec(api, { tag: 'v9' }))).rejects.toMatchObject({
      code: 'SYNC_SOURCE_FAILED',
      message: '"anza-xyz/agave" has no release with the tag "v9"',
    });
    await expect(get(spec(api, { asset: 'agave.zip' }))).rejects.toMatchObject({
      code: 'SYNC_SOURCE_FAILED',
      message: 'the release "v2.1.0" of "anza-xyz/agave" has no asset "agave.zip"',
      hint: `Choose one of its assets: ${asset}, other.sig`,
    });
    server.publish('/api/repos/anza-xyz/agave/releases/tags/v2.1.0', Buffer.from('{"message":"hello"}'));
    await expect(get(spec(api))).rejects.toMatchObject({ code: 'SYNC_SOURCE_FAILED' });
  });

  test('a private one with a token, which goes to the API and nowhere else', async () => {
    const base = temporaryDirectory();
    writeFileSync(join(base, 'token'), 'hunter2\n', { mode: 0o600 });
    const api = server.github(repository, 'v2.1.0', assets, 'hunter2');
    const got = await get(spec(api, { tokenFile: 'token' }), undefined, base);
    expect(got).toMatchObject({ url: `${api}/repos/${repository}/releases/assets/1`, sha256: sha256Of(bytes) });
    expect(server.asked.map(({ path, headers }) => [path, headers['authorization'], headers['accept']])).toEqual([
      [`/api/repos/${repository}/releases/tags/v2.1.0`, 'Bearer hunter2', 'application/vnd.github+json'],
      [`/api/repos/${repository}/releases/assets/1`, 'Bearer hunter2', 'application/octet-stream'],
      ['/storage/1?signature=secret', undefined, undefined],
    ]);
  });

  test('with a token, an API that names assets elsewhere is not believed', async () => {
    const base = temporaryDirectory();
    writeFileSync(join(base, 'token'), 'hunter2', { mode: 0o600 });
    const release = {
      tag_name: 'v2.1.0',
      assets: [{ name: asset, url: 'https://192.0.2.1/a', browser_download_url: '' }],
    };
    server.publish(`/api/repos/${repository}/releases/tags/v2.1.0`, Buffer.from(JSON.stringify(release)));
    await expect(get(spec(`${server.origin}/api`, { tokenFile: 'token' }), undefined, base)).rejects.toMatchObject({
      code: 'SYNC_SOURCE_FAILED',
      message: expect.stringContaining('"https://192.0.2.1/a"'),
    });
  });

  test('a token that others may read, or that is none, is not sent', async () => {
    const base = temporaryDirectory();
    const token = join(base, 'token');
    const api = server.github(repository, 'v2.1.0', assets, 'hunter2');
    writeFileSync(token, 'hunter2', { mode: 0o640 });
    chmodSync(token, 0o640);
    const refused = get(spec(api, { tokenFile: 'token' }), undefined, base);
    await expect(refused).rejects.toMatchObject({
      code: 'KEY_UNSAFE_MODE',
      message: `the token "${token}" has the mode 0640, expected 0600`,
    });
    chmodSync(token, 0o600);
    writeFileSync(token, 'two words');
    await expect(get(spec(api, { tokenFile: 'token' }), undefined, base)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.not.stringContaining('two words'),
    });
    expect(server.asked).toEqual([]);
  });

  test('a used-up rate limit says until when', async () => {
    const api = server.github(repository, 'v2.1.0', assets);
    const reset = Math.floor(Date.now() / 1000) + 1800;
    server.misbehave(`/api/repos/${repository}/releases/tags/v2.1.0`, {
      kind: 'status',
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
    });
    const until = new Date(reset * 1000).toISOString().replace('.000Z', 'Z');
    await expect(get(spec(api))).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining(`the rate limit of the server is used up until ${until}`),
      hint: expect.stringContaining('tokenFile'),
    });
  });
});
