import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { activateRelease } from '../../src/sync/activate.ts';
import { installRelease } from '../../src/sync/install.ts';
import { withPrefixLock } from '../../src/sync/prefix-lock.ts';
import { snapshot } from '../support/snapshot.ts';
import { demoFiles, demoTrial } from '../support/release-store.ts';

test('a release is installed whole: layout, bytes, modes whatever the umask, record, links', async () => {
  const { prefix, root, doors, journal, make } = demoTrial();
  const { wanted, artifact, name } = make('1.0.0');
  const before = process.umask(0o077);
  try {
    const done = await activateRelease(doors, wanted, artifact);
    expect(done).toMatchObject({ name: 'demo', from: null, to: name, changed: true, how: 'new', removed: [] });
  } finally {
    process.umask(before);
  }
  expect(readlinkSync(join(root, 'current'))).toBe(name);
  expect(readdirSync(root).sort()).toEqual([name, 'current', 'history.json']);
  expect(readlinkSync(join(prefix, 'bin/demo'))).toBe('../demo/current/bin/demo');
  expect(readdirSync(join(prefix, 'bin'))).toEqual(['demo', 'democtl']);
  expect(execFileSync(join(prefix, 'bin/demo')).toString()).toBe('demo 1.0.0 (src:abcdef)\n');
  const installed = snapshot(join(root, name));
  expect(installed.map(({ path, mode }) => `${mode.toString(8)} ${path}`)).toEqual([
    '755 bin',
    '555 bin/demo',
    '555 bin/democtl',
    '444 release.json',
    '755 share',
    '444 share/genesis.json',
  ]);
  for (const [path, text] of Object.entries(demoFiles('1.0.0'))) {
    expect(installed.find((one) => one.path === path)?.bytes.toString()).toBe(text);
  }
  expect(lstatSync(join(root, name)).mode & 0o7777).toBe(0o755);
  const record: unknown = JSON.parse(readFileSync(join(root, name, 'release.json'), 'utf8'));
  expect(record).toMatchObject({
    schema: 'valops/release/1',
    name: 'demo',
    version: '1.0.0',
    platform: 'linux-x64',
    artifact: { sha256: wanted.pin.sha256, url: wanted.pin.url, size: wanted.pin.size },
    verified: [{ type: 'minisign', signers: ['RWQtest'], threshold: 1 }],
  });
  expect(journal.map(({ record: { action }, ended }) => [action, ended])).toEqual([
    ['sync.install', 'done'],
    ['sync.switch', 'done'],
  ]);
});

test('a second time nothing is written, and every byte was looked at', async () => {
  const { prefix, doors, make } = demoTrial();
  const { wanted, artifact } = make('1.0.0');
  await activateRelease(doors, wanted, artifact);
  const before = snapshot(prefix);
  expect(await activateRelease(doors, wanted, '/the/artifact/is/not/needed')).toMatchObject({
    changed: false,
    how: 'reused',
  });
  expect(snapshot(prefix)).toEqual(before);
});

/** Ways in which a release on disk goes bad, and what is said of each. */
const damages: readonly (readonly [string, (release: string) => void])[] = [
  ['a byte', (release) => appendByte(join(release, 'bin/demo'))],
  ['same size, one bit', (release) => flipBit(join(release, 'bin/democtl'))],
  ['a mode', (release) => chmodSync(join(release, 'bin/demo'), 0o755)],
  ['setuid', (release) => chmodSync(join(release, 'bin/demo'), 0o4555)],
  ['a file gone', (release) => unlinkSync(join(release, 'share/genesis.json'))],
  ['a file more', (release) => writeFileSync(join(release, 'bin/other'), '')],
  ['a directory others write to', (release) => chmodSync(join(release, 'bin'), 0o777)],
  ['a link for a file', (release) => replaceByLink(join(release, 'bin/demo'))],
  ['the record', (release) => writeFileSync(join(release, 'release.json'), '{}')],
];

function appendByte(path: string): void {
  chmodSync(path, 0o755);
  appendFileSync(path, 'x');
  chmodSync(path, 0o555);
}

function flipBit(path: string): void {
  const bytes = readFileSync(path);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  chmodSync(path, 0o755);
  writeFileSync(path, bytes);
  chmodSync(path, 0o555);
}

function replaceByLink(path: string): void {
  unlinkSync(path);
  symlinkSync('/bin/true', path);
}

test.each(damages)('an active release that went bad (%s) is set aside and replaced', async (_what, damage) => {
  const { root, doors, make, current, events } = demoTrial();
  const { wanted, artifact, name } = make('1.0.0');
  await activateRelease(doors, wanted, artifact);
  const good = snapshot(join(root, name)).filter(({ path }) => path !== 'release.json');
  damage(join(root, name));
  expect(await activateRelease(doors, wanted, artifact)).toMatchObject({ how: 'repaired', changed: true });
  expect(current()).toBe(name);
  // what was found stays to be looked at
  expect(readdirSync(root).filter((one) => one.startsWith('.'))).toEqual([expect.stringMatching(/^\.broken-/)]);
  expect(snapshot(join(root, name)).filter(({ path }) => path !== 'release.json')).toEqual(good);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'warning', message: expect.stringContaining('set aside') }),
  );
});

test('one that went bad and is not active is replaced without touching the active one', async () => {
  const { root, doors, make, sync, current } = demoTrial();
  const { wanted, artifact, name } = make('1.0.0');
  await activateRelease(doors, wanted, artifact);
  const { to } = await sync('1.1.0');
  flipBit(join(root, name, 'bin/democtl'));
  const before = snapshot(join(root, to));
  expect(await withPrefixLock(doors, wanted.declaration, () => installRelease(doors, wanted, artifact))).toMatchObject({
    how: 'repaired',
    release: name,
  });
  expect([current(), snapshot(join(root, to))]).toEqual([to, before]);
});

test.each([
  ['another byte in a member', { 'bin/demo': '#!/bin/sh\necho "demo 1.0.0 (src:abcdeg)"\n' }, 'SYNC_CHECKSUM_MISMATCH'],
  ['a longer member', { 'bin/demo': `${demoFiles('1.0.0')['bin/demo'] ?? ''}\n` }, 'SYNC_CHECKSUM_MISMATCH'],
  ['a shorter member', { 'share/genesis.json': '{' }, 'SYNC_CHECKSUM_MISMATCH'],
] as const)('an artifact with %s than was pinned installs nothing', async (_what, change, code) => {
  const { root, doors, make } = demoTrial();
  const { wanted } = make('1.0.0');
  const other = make('1.0.0', {}, { ...demoFiles('1.0.0'), ...change });
  await expect(activateRelease(doors, wanted, other.artifact)).rejects.toMatchObject({ code });
  expect(readdirSync(root)).toEqual([]);
});

test('a member that is missing, torn archives and programs for another machine install nothing', async () => {
  const { root, doors, make, journal } = demoTrial();
  const { wanted, artifact } = make('1.0.0');
  const { 'bin/democtl': _left, ...fewer } = demoFiles('1.0.0');
  await expect(activateRelease(doors, wanted, make('1.0.0', {}, fewer).artifact)).rejects.toMatchObject({
    code: 'SYNC_MEMBER_MISSING',
  });
  writeFileSync(artifact, readFileSync(artifact).subarray(0, -50));
  await expect(activateRelease(doors, wanted, artifact)).rejects.toMatchObject({ code: 'SYNC_ARCHIVE_INVALID' });
  // the header of an AArch64 program: e_machine 183 at offset 18 (elf(5))
  const elf = Buffer.alloc(64);
  elf.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  elf.writeUInt16LE(183, 18);
  const arm = make('1.0.0', {}, { ...demoFiles('1.0.0'), 'bin/demo': elf });
  await expect(activateRelease(doors, arm.wanted, arm.artifact)).rejects.toMatchObject({
    code: 'SYNC_WRONG_PLATFORM',
  });
  expect(readdirSync(root)).toEqual([]);
  expect(new Set(journal.map(({ record: { action } }) => action))).toEqual(new Set(['sync.install']));
  expect(journal.every(({ ended }) => ended?.startsWith('SYNC_'))).toBe(true);
});

test('nothing is begun without the space for it', async () => {
  const { root, doors, make } = demoTrial();
  const { wanted, artifact } = make('1.0.0');
  const trees = { ...doors.trees, freeSpace: () => 16 * 1024 * 1024 };
  await expect(activateRelease({ ...doors, trees }, wanted, artifact)).rejects.toMatchObject({ code: 'SYNC_NO_SPACE' });
  expect(readdirSync(root)).toEqual([]);
});

test('a bare artifact is the one member', async () => {
  const text = demoFiles('2.0.0')['bin/demo'] ?? '';
  const { doors, prefix, make } = demoTrial({
    archive: { format: 'bare', members: [{ path: '', install: 'bin/demo', mode: 0o755 }] },
  });
  const { wanted, artifact } = make('2.0.0', {}, { 'bin/demo': text });
  const bare = join(artifact, '../demo-2.0.0/bin/demo');
  const { sha256, size } = wanted.pin.files['bin/demo'] ?? { sha256: '', size: 0 };
  const pin = { ...wanted.pin, artifact: 'demo-2.0.0', sha256, size };
  await activateRelease(doors, { ...wanted, pin }, bare);
  expect(readFileSync(join(prefix, 'bin/demo'), 'utf8')).toBe(text);
});

test('a version below the minimum is refused before anything is looked at', async () => {
  const { prefix, sync } = demoTrial({ minimum: '1.0.0' });
  await expect(sync('1.0.0-rc.1')).rejects.toMatchObject({ code: 'SYNC_DOWNGRADE' });
  expect(existsSync(prefix)).toBe(false);
});
