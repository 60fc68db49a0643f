import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startReleaseServer, type ReleaseServer } from '../support/release-server.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { valops, type Ran } from '../support/valops.ts';

let server: ReleaseServer;
let directory: string;

const at = (...names: readonly string[]): string => join(directory, ...names);
const sync = (...args: readonly string[]): Promise<Ran> =>
  valops(['sync', ...args], { home: at('home'), cwd: directory });
const script = (version: string): Buffer => Buffer.from(`#!/bin/sh\necho demo ${version}\n`);

function declare(binaries: string, base = server): void {
  writeFileSync(at('valops.yaml'), `binaries:\n${binaries}sync: { prefix: ${at('opt')}, ca: '${base.caPath}' }\n`);
}

async function pinAndSync(name: string): Promise<void> {
  for (const args of [
    ['pin', name, '--yes', '--unsafe-first-use'],
    [name, '--yes'],
  ]) {
    const ran = await sync(...args);
    expect(ran.status, ran.stderr).toBe(0);
  }
}

beforeAll(async () => {
  server = await startReleaseServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  directory = temporaryDirectory();
  mkdirSync(at('home'), { mode: 0o700 });
  server.reset();
});

describe('restart and health', () => {
  const demo = (version: string): string => `  demo:
    version: '${version}'
    source: { type: https, url: '${server.origin}/demo-{version}' }
    check: [bin/demo]
    restart: [/bin/sh, -c, 'echo "$VALOPS_VERSION" >> ${at('restarts')}']
    health: { run: [/bin/sh, -c, 'bin=${at('opt/bin/demo')}; $bin; ! $bin | grep -q sick'], timeout: 1 }
`;

  /** 1.0 is active, 1.1 is pinned, and switching to that fails. */
  async function switchInVain(): Promise<Ran> {
    server.publish('/demo-1.0', script('1.0'));
    server.publish('/demo-1.1', script('1.1 sick'));
    declare(demo('1.0'));
    await pinAndSync('demo');
    declare(demo('1.1'));
    expect((await sync('pin', 'demo', '--yes', '--unsafe-first-use')).status).toBe(0);
    const ran = await sync('--yes', '--json');
    expect(ran.status).toBe(5);
    return ran;
  }

  /** Each in its turn pinned and active. */
  async function pinAndSyncEach(versions: readonly string[]): Promise<void> {
    for (const version of versions) {
      server.publish(`/demo-${version}`, script(version));
      declare(demo(version));
      await pinAndSync('demo');
    }
  }

  test('a release that is not healthy is switched back, and it says so with 5', async () => {
    const ran = await switchInVain();
    expect(ran.json()).toMatchObject({
      binaries: [
        { verdict: 'switched-back', now: expect.stringMatching(/^1\.0-/), failure: { code: 'SYNC_HEALTH_FAILED' } },
      ],
    });
    expect(readFileSync(at('restarts'), 'utf8')).toBe('1.0\n1.1\n1.0\n');
    expect((await sync('verify')).status).toBe(0);
  });

  test('what failed is held: no later run restarts the service for it, until --retry', async () => {
    await switchInVain();
    for (const args of [['--yes'], ['--plan']]) {
      const held = await sync(...args, '--json');
      expect([held.status, held.json()]).toMatchObject([
        4,
        { binaries: [{ action: 'refused', failure: { code: 'SYNC_HELD', hint: expect.stringContaining('--retry') } }] },
      ]);
    }
    expect((await sync('status')).stdout).toMatch(/! 1\.1-[0-9a-f]{12} failed here at .*: valops sync demo --retry/);
    expect(readFileSync(at('restarts'), 'utf8')).toBe('1.0\n1.1\n1.0\n');

    // still sick
    expect((await sync('--yes', '--retry')).status).toBe(5);
    expect(readFileSync(at('restarts'), 'utf8')).toBe('1.0\n1.1\n1.0\n1.1\n1.0\n');
    expect((await sync('--yes')).status).toBe(4);
    // the reason was elsewhere
    declare(demo('1.1').replace('grep -q sick', 'grep -q dead'));
    expect((await sync('--yes', '--retry')).status).toBe(0);
    expect((await sync('status', '--json')).json()).toMatchObject({ binaries: [{ state: 'ok', held: [] }] });
    expect(existsSync(at('opt/demo/held.json'))).toBe(false);
  });

  test('what a person rolled back is held as well, as many as they are, whatever was active since', async () => {
    const versions = ['1.0', '1.1', '1.2'];
    await pinAndSyncEach(versions);
    for (const _ of versions.slice(1)) {
      const rolled = await sync('rollback', 'demo', '--yes');
      expect([rolled.status, rolled.stderr]).toMatchObject([0, expect.stringContaining('without --retry')]);
    }
    const held = await sync('--yes');
    expect([held.status, held.stdout]).toMatchObject([
      4,
      expect.stringMatching(/was rolled back here at .*Z; it is not/),
    ]);
    expect(readFileSync(at('restarts'), 'utf8')).toBe('1.0\n1.1\n1.2\n1.1\n1.0\n');
    const { binaries } = (await sync('status', '--json')).json() as { binaries: { held: { release: string }[] }[] };
    expect(binaries[0]?.held.map(({ release }) => release.slice(0, 3))).toEqual(['1.2', '1.1']);
    expect((await sync('--yes', '--retry')).status).toBe(0);
    declare(demo('1.1'));
    await sync('pin', 'demo', '--yes', '--unsafe-first-use');
    expect((await sync('--yes')).status).toBe(4);
    expect((await sync('--yes', '--retry')).status).toBe(0);
    expect(existsSync(at('opt/demo/held.json'))).toBe(false);
  });

  test('a rollback to a release that is not healthy says how to try that again, and holds nothing', async () => {
    await pinAndSyncEach(['1.0', '1.1']);
    declare(demo('1.1').replace('grep -q sick', 'grep -q 1.0'));
    const ran = await sync('rollback', 'demo', '--yes');
    expect([ran.status, ran.stderr]).toMatchObject([5, expect.stringContaining('valops sync rollback demo')]);
    expect(existsSync(at('opt/demo/held.json'))).toBe(false);
    expect((await sync('--plan')).status).toBe(0);
  });

  test('the run that takes a killed switch back ends with 5, the next with 4', async () => {
    await switchInVain();
    const [from = '', to = ''] = readdirSync(at('opt/demo'))
      .filter((name) => name.startsWith('1.'))
      .sort();
    rmSync(at('opt/demo/held.json'));
    const startedAt = new Date().toISOString();
    const pending = { id: 'feedfeedfeedfeed', kind: 'sync', from, to, fromProven: true, direction: 'back', startedAt };
    writeFileSync(at('opt/demo/pending.json'), JSON.stringify({ schema: 'valops/pending-switch/1', ...pending }));
    const ran = await sync('--yes', '--json');
    expect([ran.status, ran.json()]).toMatchObject([5, { binaries: [{ failure: { code: 'SYNC_HEALTH_FAILED' } }] }]);
    expect((await sync('--yes')).status).toBe(4);
  });

  test('a file in the place of the held one that is none of ours is told and not heeded', async () => {
    server.publish('/demo-1.0', script('1.0'));
    declare(demo('1.0'));
    mkdirSync(at('opt/demo'), { recursive: true });
    writeFileSync(at('opt/demo/held.json'), '{"release":');
    await sync('pin', 'demo', '--yes', '--unsafe-first-use');
    const ran = await sync('--yes');
    expect([ran.status, ran.stderr]).toMatchObject([0, expect.stringContaining('does not name releases')]);
  });

  test('the first release that is not healthy stays and a person must look: 6, now and the next time', async () => {
    server.publish('/demo-1.0', script('1.0 sick'));
    declare(demo('1.0'));
    expect((await sync('pin', 'demo', '--yes', '--unsafe-first-use')).status).toBe(0);
    expect((await sync('--yes')).status).toBe(6);
    const again = await sync('--yes', '--json');
    expect([again.status, again.json()]).toMatchObject([6, { binaries: [{ verdict: 'unknown' }] }]);
    expect((await sync('status')).stdout).toContain('is not proven');
  });
});

describe('several binaries', () => {
  const two = (): string =>
    ['good', 'bad']
      .map((name) => `  ${name}: { version: '1', source: { type: https, url: '${server.origin}/${name}' } }\n`)
      .join('');

  test('what fails for one is told, the other is installed, the status is that of the failure', async () => {
    for (const name of ['good', 'bad']) server.publish(`/${name}`, script(name));
    declare(two());
    for (const name of ['good', 'bad']) await sync('pin', name, '--yes', '--unsafe-first-use');
    for (const name of readdirSync(at('home/downloads')))
      writeFileSync(at('home/downloads', name), 'altered on the disk');
    server.misbehave('/bad', { kind: 'bit-flip' });
    const ran = await sync('--yes', '--json');
    expect(ran.status).toBe(4);
    expect(ran.json()).toMatchObject({
      binaries: [
        { name: 'good', verdict: 'active' },
        { name: 'bad', verdict: 'failed', now: null, failure: { code: 'DOWNLOAD_MISMATCH' } },
      ],
    });
    expect(ran.stderr).toContain('no longer has the digest it is named by');
    expect(existsSync(at('opt/bin/good'))).toBe(true);
    expect(existsSync(at('opt/bin/bad'))).toBe(false);
  });

  test('two runs at once: one installs, both say what is true, everything is whole', async () => {
    for (const name of ['good', 'bad']) server.publish(`/${name}`, script(name));
    declare(two());
    for (const name of ['good', 'bad']) await sync('pin', name, '--yes', '--unsafe-first-use');
    const ran = await Promise.all([sync('--yes'), sync('--yes')]);
    expect(ran.map(({ status, stderr }) => (status === 0 ? '' : stderr))).toEqual(['', '']);
    expect((await sync('verify')).status).toBe(0);
    expect(readdirSync(at('opt/good')).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('fetch, prune, http', () => {
  test('after fetch the server is not needed: --offline installs', async () => {
    server.publish('/demo', script('1'));
    declare(`  demo: { version: '1', source: { type: https, url: '${server.origin}/demo' } }\n`);
    await sync('pin', 'demo', '--yes', '--unsafe-first-use');
    const fetched = await sync('fetch', '--json');
    expect([fetched.status, fetched.json()]).toMatchObject([0, { binaries: [{ name: 'demo', failure: null }] }]);
    server.reset();
    expect((await sync('--yes', '--offline')).status).toBe(0);
    expect(server.asked).toEqual([]);
  });

  test('old releases go, the active one and the one before stay', async () => {
    for (const version of ['1', '2', '3', '4']) {
      server.publish(`/demo-${version}`, script(version));
      declare(`  demo: { version: '${version}', source: { type: https, url: '${server.origin}/demo-{version}' } }\n`);
      const text = readFileSync(at('valops.yaml'), 'utf8').replace('sync: {', 'sync: { keep: 2,');
      writeFileSync(at('valops.yaml'), text);
      await pinAndSync('demo');
    }
    const left = readdirSync(at('opt/demo')).filter((name) => /^\d-/.test(name));
    expect(left.map((name) => name[0]).toSorted()).toEqual(['3', '4']);
    expect((await sync('prune', '--plan')).status).toBe(0);
    expect(readlinkSync(at('opt/demo/current'))).toMatch(/^4-/);
  });

  test('plain http: refused; with --unsafe-http taken from this machine, and journalled', async () => {
    const plain = await startReleaseServer({ insecure: true });
    try {
      plain.publish('/demo', script('1'));
      declare(`  demo: { version: '1', source: { type: https, url: '${plain.origin}/demo' } }\n`, server);
      const refused = await sync('pin', 'demo', '--yes', '--unsafe-first-use', '--json');
      expect([refused.status, refused.json()['code']]).toEqual([4, 'DOWNLOAD_INSECURE']);
      const ran = await sync('pin', 'demo', '--yes', '--unsafe-first-use', '--unsafe-http');
      expect(ran.status, ran.stderr).toBe(0);
      const journal = readFileSync(at('home/journal.jsonl'), 'utf8');
      expect(journal).toContain('sync.unsafe-http');
      expect(journal).toContain('"unsafeFirstUse":true');
    } finally {
      await plain.stop();
    }
  });
});

test('GitHub releases: a private one with a token from a file, which shows up nowhere', async () => {
  const token = 'ghp_secretsecretsecret';
  writeFileSync(at('token'), `${token}\n`, { mode: 0o600 });
  const api = server.github('example/demo', 'v1.0', { 'demo-linux': script('1.0') }, token);
  declare(`  demo:
    version: '1.0'
    source: { type: github, repository: example/demo, asset: demo-linux, api: '${api}', tokenFile: token }
    check: [bin/demo]
`);
  await pinAndSync('demo');
  const lock = readFileSync(at('valops.lock'), 'utf8');
  const sha256 = createHash('sha256').update(script('1.0')).digest('hex');
  expect(lock).toContain(sha256);
  for (const text of [lock, readFileSync(at('home/journal.jsonl'), 'utf8')]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain('signature=');
  }
  const sent = server.asked.filter(({ headers }) => headers['authorization'] !== undefined);
  expect(sent.length).toBeGreaterThan(0);
  expect(sent.every(({ path }) => path.startsWith('/api/'))).toBe(true);
});

describe('in a directory without a valops.yaml', () => {
  test.each(['verify', 'status', 'fetch', 'prune', '--plan', '--yes'])(
    'sync %s says that there is none: a cron job in the wrong place finds nothing in order',
    async (word) => {
      const ran = await sync(word, '--json');
      expect(ran.status).toBe(2);
      expect(ran.json()).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('valops.yaml') });
    },
  );
});
