import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Hosts } from '../../src/core/hosts.ts';
import { declarations } from '../../src/cli/sync-declarations.ts';
import { parseConfig } from '../../src/config/valops-yaml.ts';
import { readPinFile } from '../../src/sync/pin-file.ts';
import { planSync } from '../../src/sync/plan.ts';
import { syncBinaries } from '../../src/sync/sync.ts';
import { downloadsFor } from '../support/downloads.ts';
import { arm64, makePublisher, x64, type Publisher } from '../support/publisher.ts';
import { startReleaseServer, type Fault, type ReleaseServer } from '../support/release-server.ts';
import { storeTrial } from '../support/release-store.ts';
import { valops, type Ran } from '../support/valops.ts';

let server: ReleaseServer;
let publisher: Publisher;
let directory: string;
let running: ChildProcess;

const at = (name: string): string => join(directory, name);
const sync = (...args: readonly string[]): Promise<Ran> =>
  valops(['sync', ...args], { home: at('home'), cwd: directory });

function declare(version: string, more = ''): void {
  writeFileSync(
    at('valops.yaml'),
    `binaries:
  node:
    version: ${version}
    platforms: [linux-x64, linux-arm64]
    source: { type: https, url: '${server.origin}/releases/{version}/node-{target}.tar.gz' }
    archive:
      members:
        - { path: 'node-{version}/bin/validator' }
        - { path: 'node-{version}/bin/validator-ctl' }
        - { path: 'node-{version}/share/genesis.json', install: share/genesis.json }
    verify:
      - { type: sha256sums, file: SHA256SUMS }
      - { type: minisign, signature: SHA256SUMS.minisig, over: SHA256SUMS, signers: ['${publisher.publicKey}'] }
    check: [bin/validator-ctl]
${more}sync: { prefix: ${at('opt')}, ca: ca.pem }
`,
  );
}

/** What must stay true whatever is refused: the old release is active, whole, and its process runs from it. */
function oldOneRuns(): void {
  const release = readlinkSync(at('opt/node/current'));
  expect(release).toMatch(/^1\.0\.0-[0-9a-f]{12}$/);
  expect(readFileSync(at('opt/bin/validator')).includes('1.0.0')).toBe(true);
  expect(running.exitCode).toBeNull();
  expect(readlinkSync(`/proc/${running.pid}/exe`)).toBe(realpathSync(at('opt/bin/validator')));
}

/** The release comes from a server: no host is asked. */
const noHosts: Hosts = {
  select: () => [],
  nameOf: () => '',
  addressOf: async () => null,
  connect: () => Promise.reject(new Error('no host is needed')),
};

function emptyCache(): void {
  rmSync(at('home/downloads'), { recursive: true, force: true });
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'valops-story-'));
  mkdirSync(at('home'), { mode: 0o700 });
  server = await startReleaseServer();
  publisher = makePublisher(server);
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) publisher.publish(version);
  writeFileSync(at('ca.pem'), server.ca);
});

afterAll(async () => {
  if (running?.pid !== undefined && running.exitCode === null) running.kill('SIGKILL');
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('a real release, from its server to a running process', () => {
  test('without a pin nothing is installed', async () => {
    declare('1.0.0');
    const refused = await sync('--yes', '--json');
    expect(refused.status).toBe(4);
    expect(refused.json()).toMatchObject({
      schema: 'valops/sync/1',
      binaries: [{ name: 'node', verdict: 'refused', now: null, failure: { code: 'SYNC_UNPINNED' } }],
    });
    expect(server.asked).toEqual([]);
  });

  test('pin: proven for both platforms, reviewed, written to the lock', async () => {
    const ran = await sync('pin', 'node', '--yes');
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('signed    minisign');
    const lock = JSON.parse(readFileSync(at('valops.lock'), 'utf8'));
    expect(Object.keys(lock.binaries.node.platforms)).toEqual(['linux-arm64', 'linux-x64']);
    expect(lock.binaries.node.platforms['linux-x64'].files['bin/validator'].mode).toBe('0755');
    expect(lock.binaries.node.unsafeFirstUse).toBe(false);
  });

  test('--plan shows and ends with 3; sync installs, tries and switches; again it has nothing to do', async () => {
    const plan = await sync('--plan');
    expect([plan.status, plan.stdout]).toEqual([3, expect.stringContaining('+ node install 1.0.0-')]);
    const ran = await sync('--yes');
    expect(ran.status, ran.stderr).toBe(0);
    expect((await sync('--plan')).status).toBe(0);
    const again = await sync('--json');
    expect([again.status, again.json()]).toMatchObject([0, { binaries: [{ verdict: 'nothing-to-do' }] }]);
    running = spawn(at('opt/bin/validator'), ['600'], { stdio: 'ignore' });
    await new Promise((resolve) => {
      running.once('spawn', resolve);
    });
    oldOneRuns();
  });

  test('status and verify: ok, and the running process is known', async () => {
    const status = await sync('status', '--json');
    expect(status.json()).toMatchObject({
      schema: 'valops/sync-status/1',
      binaries: [{ name: 'node', pinned: '1.0.0', active: '1.0.0', state: 'ok', installed: [{ version: '1.0.0' }] }],
    });
    expect(JSON.stringify(status.json())).toContain(`"pid":${running.pid}`);
    expect((await sync('verify')).status).toBe(0);
  });
});

/** Name, what the server does with the archive for x64, the code, a part of the message. */
const tampers: readonly (readonly [string, () => Fault, string, RegExp])[] = [
  ['one bit', () => ({ kind: 'bit-flip' }), 'DOWNLOAD_MISMATCH', /expected.*sha256|sha256.*expected/s],
  [
    'truncated',
    () => ({ kind: 'truncate', after: 1000, framing: 'length' }),
    'DOWNLOAD_MISMATCH',
    /the server has 1000$/,
  ],
  ['an error page with 200', () => ({ kind: 'page', type: 'text/html' }), 'DOWNLOAD_NOT_ARTIFACT', /web page/],
  [
    'an error page with 200 that says its size',
    () => ({ kind: 'page', type: 'text/html', framing: 'length' }),
    'DOWNLOAD_NOT_ARTIFACT',
    /web page/,
  ],
  ['too large', () => ({ kind: 'oversize', extra: 10, framing: 'chunked' }), 'DOWNLOAD_TOO_LARGE', /bytes/],
  ['a redirect to http', () => ({ kind: 'redirect', to: 'http://127.0.0.1:9/x' }), 'DOWNLOAD_INSECURE', /http/],
];

describe('a server that changed its mind after the pin', () => {
  beforeAll(async () => {
    declare('1.1.0');
    expect((await sync('pin', 'node', '--yes')).status).toBe(0);
  });
  beforeEach(() => {
    emptyCache();
    server.misbehave(publisher.path('1.1.0', x64));
    server.publish(publisher.path('1.1.0', x64), publisher.archive('1.1.0', x64));
  });

  test.each(tampers)('%s: refused, the old binary is active and running', async (_name, fault, code, message) => {
    server.misbehave(publisher.path('1.1.0', x64), fault());
    const ran = await sync('--yes', '--json');
    const [binary] = (ran.json() as { binaries: { verdict: string; failure: { code: string; message: string } }[] })
      .binaries;
    expect(binary).toMatchObject({ verdict: 'failed', now: expect.stringMatching(/^1\.0\.0-/) });
    expect(binary?.failure.code).toBe(code);
    expect(binary?.failure.message).toMatch(message);
    expect(ran.stderr).toContain(binary?.failure.message);
    expect([1, 4]).toContain(ran.status);
    oldOneRuns();
  });

  test.each([
    ['the archive of another platform', () => publisher.archive('1.1.0', arm64)],
    ['an older version', () => publisher.archive('1.0.0', x64)],
  ])('%s under the same name: refused, the old binary is active and running', async (_name, bytes) => {
    server.publish(publisher.path('1.1.0', x64), bytes());
    const ran = await sync('--yes', '--json');
    expect(ran.status).toBe(4);
    expect(JSON.stringify(ran.json())).toMatch(/DOWNLOAD_(MISMATCH|TOO_LARGE)/);
    oldOneRuns();
  });

  test('a trickle of bytes: given up, with a door that is less patient than the shipped one', async () => {
    server.misbehave(publisher.path('1.1.0', x64), { kind: 'slow', bytes: 1, every: 20 });
    const limits = { attempts: 1, pace: { bytes: 10_000, time: 300 } };
    const { context, trees } = storeTrial().doors;
    const doors = {
      context: { ...context, home: { path: at('home'), ageDirectory: () => at('home/age') } },
      trees,
      base: directory,
      downloads: () => Promise.resolve(downloadsFor(server, { limits }).downloads),
      hosts: noHosts,
    };
    const config = parseConfig(readFileSync(at('valops.yaml'), 'utf8'), 'valops.yaml');
    const pins = readPinFile(context.files, at('valops.lock'));
    const synced = await syncBinaries(doors, await planSync(doors, declarations(config), pins, 'linux-x64'));
    expect(synced).toMatchObject([{ verdict: 'failed', failure: { code: 'DOWNLOAD_TIMEOUT' } }]);
    oldOneRuns();
  });

  test('honest again: it is installed and active; the process still runs the old one, and status says so', async () => {
    const ran = await sync('--yes');
    expect(ran.status, ran.stderr).toBe(0);
    expect(readlinkSync(at('opt/node/current'))).toMatch(/^1\.1\.0-/);
    expect(running.exitCode).toBeNull();
    expect((await sync('status')).stdout).toContain('not the active one');
  });

  test('rollback goes back without asking the server, and says that the pin is still the new one', async () => {
    const before = server.asked.length;
    const ran = await sync('rollback', 'node', '--yes');
    expect(ran.status, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('1.1.0 is still pinned');
    expect(server.asked.length).toBe(before);
    oldOneRuns();
  });
});

describe('a server that lies while a pin is made', () => {
  const lies: readonly (readonly [string, () => void, RegExp])[] = [
    ['one bit', () => server.misbehave(publisher.path('1.2.0', x64), { kind: 'bit-flip' }), /SYNC_CHECKSUM_MISMATCH/],
    [
      'the archive of another platform',
      () => server.publish(publisher.path('1.2.0', x64), publisher.archive('1.2.0', arm64)),
      /SYNC_CHECKSUM_MISMATCH/,
    ],
    [
      'an older version, with its own signed sums',
      () => {
        for (const name of [x64, arm64])
          server.publish(publisher.path('1.2.0', name), publisher.archive('1.0.0', name));
        server.misbehave('/releases/1.2.0/SHA256SUMS', {
          kind: 'redirect',
          to: `${server.origin}/releases/1.0.0/SHA256SUMS`,
        });
        server.misbehave('/releases/1.2.0/SHA256SUMS.minisig', {
          kind: 'redirect',
          to: `${server.origin}/releases/1.0.0/SHA256SUMS.minisig`,
        });
      },
      // the archive of 1.0.0 has no node-1.2.0/bin/validator
      /SYNC_MEMBER_MISSING/,
    ],
    [
      'the signature is gone',
      () => server.misbehave('/releases/1.2.0/SHA256SUMS.minisig', { kind: 'status', status: 404 }),
      /SYNC_SOURCE_FAILED|DOWNLOAD_FAILED/,
    ],
    [
      'sums that nobody signed',
      () => server.misbehave('/releases/1.2.0/SHA256SUMS', { kind: 'bit-flip', at: 3 }),
      /SYNC_(CHECKSUM_MISMATCH|SIGNATURE_INVALID)/,
    ],
  ];

  test.each(lies)('%s: nothing is pinned, the lock is as it was', async (_name, lie, code) => {
    declare('1.2.0');
    publisher.publish('1.2.0');
    for (const name of ['SHA256SUMS', 'SHA256SUMS.minisig']) server.misbehave(`/releases/1.2.0/${name}`);
    server.misbehave(publisher.path('1.2.0', x64));
    const before = readFileSync(at('valops.lock'));
    lie();
    const ran = await sync('pin', 'node', '--yes', '--json');
    expect(JSON.stringify(ran.json())).toMatch(code);
    expect([1, 4]).toContain(ran.status);
    expect(readFileSync(at('valops.lock')).equals(before)).toBe(true);
    oldOneRuns();
  });

  test('a pin of another version than declared is not installed', async () => {
    const refused = await sync('--yes', '--json');
    expect([refused.status, JSON.stringify(refused.json())]).toEqual([4, expect.stringContaining('SYNC_PIN_OUTDATED')]);
    oldOneRuns();
  });
});
