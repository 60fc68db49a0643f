import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canGoOffline, offlinePrefix } from '../support/offline.ts';
import { makePublisher, x64, type Publisher } from '../support/publisher.ts';
import { startReleaseServer, type ReleaseServer } from '../support/release-server.ts';
import { hasTerminalDriver, onTerminal } from '../support/terminal.ts';
import { program, run, valops, type Ran } from '../support/valops.ts';

let server: ReleaseServer;
let publisher: Publisher;
let directory: string;
let manifestSha256: string;

const at = (...names: readonly string[]): string => join(directory, ...names);

function declaration(prefix: string): string {
  return `binaries:
  node:
    version: 1.0.0
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
sync: { prefix: ${prefix}, ca: ../ca.pem }
`;
}

/** A side of its own: a repository, a home, a prefix. */
function makeSide(name: string): string {
  mkdirSync(at(name, 'repository'), { recursive: true });
  mkdirSync(at(name, 'home'), { mode: 0o700 });
  return at(name, 'repository');
}

const sync = (side: string, ...args: readonly string[]): Promise<Ran> =>
  valops(['sync', ...args], { home: at(side, 'home'), cwd: at(side, 'repository') });

/** The bundle's own valops, where there is no interface at all. */
const offline = (side: string, bundle: string, ...args: readonly string[]): Promise<Ran> =>
  run([process.execPath, join(bundle, 'valops/bin/valops.js'), 'sync', ...args], {
    home: at(side, 'home'),
    cwd: at(side, 'repository'),
    prefix: offlinePrefix,
  });

/** A copy of the bundle, as on another stick. */
function copyOf(name: string): string {
  cpSync(at('bundle'), at(name), { recursive: true });
  return at(name);
}

/** Every installed file with its mode and bytes; what tells when and by which run it was installed is left out. */
function installed(prefix: string): readonly string[] {
  return readdirSync(prefix, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !['release.json', 'history.json', '.valops.lock'].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('/current/'))
    .map((path) => `${path.slice(prefix.length)} ${statSync(path).mode} ${readFileSync(path, 'base64')}`)
    .toSorted();
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'valops-carry-'));
  server = await startReleaseServer();
  publisher = makePublisher(server);
  publisher.publish('1.0.0');
  const repository = makeSide('online');
  writeFileSync(at('online/ca.pem'), server.ca);
  writeFileSync(join(repository, 'valops.yaml'), declaration(at('online/opt')));
  for (const args of [['pin', 'node', '--yes'], ['--yes']]) {
    const ran = await sync('online', ...args);
    expect(ran.status, ran.stderr).toBe(0);
  }
  const exported = await sync('online', 'export', at('bundle'), '--json');
  expect(exported.status, exported.stderr).toBe(0);
  manifestSha256 = String(exported.json()['manifestSha256']);
});

afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe('the bundle', () => {
  test('names every part by digest: artifacts, evidence, lock, configuration, the program', () => {
    const { schema, parts } = JSON.parse(readFileSync(at('bundle/manifest.json'), 'utf8')) as {
      schema: string;
      parts: { path: string; purpose: string; sha256: string }[];
    };
    expect(schema).toBe('valops/sync-bundle/1');
    const files = readdirSync(at('bundle'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(at('bundle').length + 1));
    expect(parts.map(({ path }) => path).toSorted()).toEqual(
      files.filter((name) => name !== 'manifest.json').toSorted(),
    );
    const count = (purpose: string): number => parts.filter((part) => part.purpose === purpose).length;
    expect([count('artifact'), count('evidence'), count('lock'), count('config')]).toEqual([2, 2, 1, 1]);
    expect(parts.map(({ path }) => path)).toContain('valops/bin/valops.js');
  });

  test('a directory that holds something is not written to', async () => {
    const ran = await sync('online', 'export', at('bundle'));
    expect([ran.status, ran.stderr]).toEqual([4, expect.stringContaining('is not empty')]);
  });

  test('what a source would be asked for is in it as well: type bundle', async () => {
    const repository = makeSide('from-bundle');
    writeFileSync(
      join(repository, 'valops.yaml'),
      declaration(at('from-bundle/opt')).replace(/source: .*/, `source: { type: bundle, path: ${at('bundle')} }`),
    );
    writeFileSync(at('from-bundle/ca.pem'), server.ca);
    const before = server.asked.length;
    for (const args of [['pin', 'node', '--yes'], ['--yes']]) {
      const ran = await sync('from-bundle', ...args);
      expect(ran.status, ran.stderr).toBe(0);
    }
    expect(server.asked.length).toBe(before);
    expect(installed(at('from-bundle/opt'))).toEqual(installed(at('online/opt')));
  });
});

describe.runIf(canGoOffline)('on a machine without any interface (needs user and network namespaces)', () => {
  test('with the same repository: imported, installed, byte for byte the same', async () => {
    const repository = makeSide('same');
    const bundle = copyOf('stick-same');
    writeFileSync(join(repository, 'valops.yaml'), declaration(at('same/opt')));
    cpSync(at('online/repository/valops.lock'), join(repository, 'valops.lock'));
    const before = server.asked.length;
    const imported = await offline('same', bundle, 'import', bundle);
    expect(imported.status, imported.stderr).toBe(0);
    expect(imported.stdout).toContain('+ node install 1.0.0-');
    const ran = await offline('same', bundle, '--offline', '--yes');
    expect(ran.status, ran.stderr).toBe(0);
    expect(installed(at('same/opt'))).toEqual(installed(at('online/opt')));
    expect(installed(at('same/opt')).length).toBe(3);
    expect((await offline('same', bundle, 'verify')).status).toBe(0);
    expect(server.asked.length).toBe(before);
  });

  test('with an empty directory: never silently; with the digest that export printed it is taken over', async () => {
    const repository = makeSide('empty');
    const bundle = copyOf('stick-empty');
    const silent = await offline('empty', bundle, 'import', bundle, '--yes');
    expect([silent.status, silent.stderr]).toEqual([4, expect.stringContaining('--manifest')]);
    const wrong = await offline('empty', bundle, 'import', bundle, '--yes', '--manifest', '0'.repeat(64));
    expect([wrong.status, wrong.stderr]).toEqual([4, expect.stringContaining('expected 0000')]);
    expect(readdirSync(repository)).toEqual([]);
    const taken = await offline('empty', bundle, 'import', bundle, '--yes', '--manifest', manifestSha256);
    expect(taken.status, taken.stderr).toBe(0);
    expect(readdirSync(repository).toSorted()).toEqual(['valops.lock', 'valops.yaml']);
    const ran = await offline('empty', bundle, '--offline', '--yes', '--prefix', at('empty/opt'));
    expect(ran.status, ran.stderr).toBe(0);
    expect(installed(at('empty/opt'))).toEqual(installed(at('online/opt')));
  });

  test('without a bundle nothing can be had: --offline says so', async () => {
    const repository = makeSide('bare');
    writeFileSync(join(repository, 'valops.yaml'), declaration(at('bare/opt')));
    cpSync(at('online/repository/valops.lock'), join(repository, 'valops.lock'));
    const ran = await offline('bare', at('bundle'), '--offline', '--yes');
    expect([ran.status, ran.stderr]).toEqual([1, expect.stringContaining('nothing is fetched')]);
  });
});

describe('a bundle that is not what was exported', () => {
  async function importWith(name: string, change: (bundle: string) => void): Promise<Ran> {
    const repository = makeSide(name);
    const bundle = copyOf(`stick-${name}`);
    writeFileSync(join(repository, 'valops.yaml'), declaration(at(name, 'opt')));
    cpSync(at('online/repository/valops.lock'), join(repository, 'valops.lock'));
    change(bundle);
    return sync(name, 'import', bundle, '--json');
  }
  const artifact = (bundle: string): string => {
    const lock = JSON.parse(readFileSync(join(bundle, 'valops.lock'), 'utf8'));
    return join(bundle, 'artifacts', lock.binaries.node.platforms['linux-x64'].sha256);
  };
  const flip = (path: string): void => {
    const bytes = readFileSync(path);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  };

  test('one bit of an artifact: refused, and the part is named', async () => {
    const ran = await importWith('flipped', (bundle) => flip(artifact(bundle)));
    expect([ran.status, ran.json()['code']]).toEqual([4, 'SYNC_BUNDLE_INVALID']);
    expect(String(ran.json()['message'])).toContain('artifacts/');
  });

  test('a missing artifact is named by its digest', async () => {
    let digest = '';
    const ran = await importWith('missing', (bundle) => {
      digest = artifact(bundle).slice(-64);
      rmSync(artifact(bundle));
    });
    expect([ran.status, ran.json()['code']]).toEqual([1, 'SYNC_BUNDLE_INCOMPLETE']);
    expect(String(ran.json()['message'])).toContain(digest);
  });

  test('a part and the manifest altered together: the pins of this side do not know it', async () => {
    const ran = await importWith('forged', (bundle) => {
      const path = join(bundle, 'manifest.json');
      const manifest = JSON.parse(readFileSync(path, 'utf8'));
      const old = artifact(bundle).slice(-64);
      const part = manifest.parts.find((one: { sha256: string }) => one.sha256 === old);
      part.sha256 = manifest.parts.find((one: { purpose: string }) => one.purpose === 'evidence').sha256;
      part.size = manifest.parts.find((one: { purpose: string }) => one.purpose === 'evidence').size;
      cpSync(join(bundle, 'evidence', part.sha256), join(bundle, part.path));
      writeFileSync(path, JSON.stringify(manifest));
    });
    expect([ran.status, ran.json()['code']]).toEqual([1, 'SYNC_BUNDLE_INCOMPLETE']);
  });

  test.each(['../outside', '/etc/passwd', 'a/../../b'])(
    'a part at %j: refused before anything is read',
    async (path) => {
      const ran = await importWith(`path-${path.length}`, (bundle) => {
        const name = join(bundle, 'manifest.json');
        const manifest = JSON.parse(readFileSync(name, 'utf8'));
        manifest.parts[0].path = path;
        writeFileSync(name, JSON.stringify(manifest));
      });
      expect([ran.status, ran.json()['code']]).toEqual([4, 'SYNC_BUNDLE_INVALID']);
    },
  );

  test('the pins of this side go before those of the bundle', async () => {
    const repository = makeSide('newer');
    writeFileSync(at('newer/ca.pem'), server.ca);
    publisher.publish('2.0.0');
    writeFileSync(join(repository, 'valops.yaml'), declaration(at('newer/opt')).replace('1.0.0', '2.0.0'));
    expect((await sync('newer', 'pin', 'node', '--yes')).status).toBe(0);
    rmSync(at('newer/home/downloads'), { recursive: true });
    const lock = readFileSync(join(repository, 'valops.lock'));
    const ran = await sync('newer', 'import', at('bundle'), '--yes', '--json');
    expect([ran.status, ran.json()['code']]).toEqual([1, 'SYNC_BUNDLE_INCOMPLETE']);
    expect(readFileSync(join(repository, 'valops.lock')).equals(lock)).toBe(true);
    expect(publisher.archive('2.0.0', x64).length).toBeGreaterThan(0);
  });
});

test.runIf(hasTerminalDriver)('a person is shown the digest and may say no (needs Python for a terminal)', async () => {
  makeSide('asked');
  const ran = await onTerminal([...program, 'sync', 'import', at('bundle')], {
    home: at('asked/home'),
    cwd: at('asked/repository'),
    entries: [{ expect: 'Is this the digest', type: 'n\r' }],
  });
  expect(ran.status).toBe(4);
  expect(ran.screen.replaceAll('\n', '')).toContain(manifestSha256);
  expect(readdirSync(at('asked/repository'))).toEqual([]);
});
