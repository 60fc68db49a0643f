import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { activateRelease } from '../../src/sync/activate.ts';
import { statusOf } from '../../src/sync/status.ts';
import { demo, demoTrial, pinsOf, platform } from '../support/release-store.ts';

test('from nothing to active: unpinned, missing, ok, outdated', async () => {
  const { doors, make, prefix } = demoTrial();
  const declaration = demo(prefix);
  const { wanted, artifact, name } = make('1.0.0');
  const pins = pinsOf(wanted);
  const none = { schema: 'valops/lock/1', binaries: {} } as const;
  expect(await statusOf(doors, declaration, none, platform.id)).toMatchObject({ state: 'unpinned', pinned: null });
  expect(await statusOf(doors, declaration, pins, 'linux-arm64')).toMatchObject({ state: 'unpinned', pinned: null });
  expect(await statusOf(doors, declaration, pins, platform.id)).toMatchObject({
    state: 'missing',
    pinned: '1.0.0',
    active: null,
    installed: [],
  });
  await activateRelease(doors, wanted, artifact);
  expect(await statusOf(doors, declaration, pins, platform.id)).toEqual({
    name: 'demo',
    declared: '1.0.0',
    pinned: '1.0.0',
    pinnedRelease: name,
    active: '1.0.0',
    activeRelease: name,
    previous: null,
    installed: [{ release: name, version: '1.0.0', installedAt: expect.any(String), sha256: wanted.pin.sha256 }],
    state: 'ok',
    problems: [],
    pending: null,
    held: [],
    running: [],
    runningComplete: expect.any(Boolean),
  });
  const wanting = await statusOf(doors, { ...declaration, version: '1.2.0' }, pinsOf(wanted), platform.id);
  expect(wanting).toMatchObject({ state: 'outdated', declared: '1.2.0', pinned: '1.0.0', active: '1.0.0' });
  const next = make('1.1.0');
  const outdated = await statusOf(doors, next.wanted.declaration, pinsOf(next.wanted), platform.id);
  expect(outdated).toMatchObject({ state: 'outdated', pinned: '1.1.0', active: '1.0.0' });
  await activateRelease(doors, next.wanted, next.artifact);
  expect(await statusOf(doors, next.wanted.declaration, pinsOf(next.wanted), platform.id)).toMatchObject({
    state: 'ok',
    previous: name,
    installed: [{ version: '1.1.0' }, { version: '1.0.0' }],
  });
});

test.each([
  ['a mode', (release: string) => chmodSync(join(release, 'bin/demo'), 0o755), 'mode'],
  [
    'a size',
    (release: string) => (
      unlinkSync(join(release, 'bin/demo')),
      writeFileSync(join(release, 'bin/demo'), '', { mode: 0o555 })
    ),
    'size',
  ],
  ['a file more', (release: string) => writeFileSync(join(release, 'more'), ''), 'extra'],
  ['no record', (release: string) => unlinkSync(join(release, 'release.json')), 'record'],
  ['a name in bin', (release: string) => unlinkSync(join(release, '../../bin/demo')), 'missing'],
] as const)('drift shows without hashing: %s', async (_what, change, problem) => {
  const { doors, make, prefix, root } = demoTrial();
  const { wanted, artifact, name } = make('1.0.0');
  await activateRelease(doors, wanted, artifact);
  change(join(root, name));
  const status = await statusOf(doors, demo(prefix), pinsOf(wanted), platform.id);
  expect(status.state).toBe('drift');
  expect(status.problems.map((one) => one.problem)).toContain(problem);
});

test('another pin under the same name is drift, a link to nothing is missing', async () => {
  const { doors, make, prefix, root } = demoTrial();
  const { wanted, artifact } = make('1.0.0');
  await activateRelease(doors, wanted, artifact);
  const files = Object.fromEntries(
    Object.entries(wanted.pin.files).map(([path, file]) => [path, { ...file, size: file.size + 1 }]),
  );
  const pins = pinsOf({ ...wanted, pin: { ...wanted.pin, files } });
  expect(await statusOf(doors, demo(prefix), pins, platform.id)).toMatchObject({ state: 'drift' });
  doors.trees.replaceLink(join(root, 'current'), '9.9.9-000000000000');
  expect(await statusOf(doors, demo(prefix), pinsOf(wanted), platform.id)).toMatchObject({
    state: 'missing',
    active: null,
  });
});

test('processes of another release, or of a deleted one, are named as stale', async () => {
  const { doors, make, sync, prefix, root, directory } = demoTrial();
  const { to } = await sync('1.0.0');
  const program = join(root, to, 'bin/sleeper');
  copyFileSync('/bin/sleep', program);
  // through another name, as the kernel shows paths without links
  symlinkSync('opt', join(directory, 'link'));
  const child = spawn(join(directory, 'link/demo/current/bin/sleeper'), ['60'], { stdio: 'ignore' });
  try {
    await new Promise((resolve) => child.once('spawn', resolve));
    const running = async () => {
      const declaration = demo(join(directory, 'link'));
      return (await statusOf(doors, declaration, pinsOf(make('1.1.0').wanted), platform.id)).running;
    };
    const process_ = { pid: child.pid, release: to, program: 'bin/sleeper' };
    expect(await running()).toEqual([{ ...process_, deleted: false, stale: false }]);
    await sync('1.1.0');
    expect(await running()).toEqual([{ ...process_, deleted: false, stale: true }]);
    unlinkSync(program);
    expect(await running()).toEqual([{ ...process_, deleted: true, stale: true }]);
    mkdirSync(prefix, { recursive: true });
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
});
