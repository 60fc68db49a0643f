import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { activateRelease } from '../../src/sync/activate.ts';
import type { Declaration } from '../../src/sync/declaration.ts';
import type { PendingSwitch } from '../../src/sync/pending.ts';
import { withPrefixLock } from '../../src/sync/prefix-lock.ts';
import { reconcile } from '../../src/sync/reconcile.ts';
import { planSync } from '../../src/sync/plan.ts';
import { rollback } from '../../src/sync/rollback.ts';
import { statusOf } from '../../src/sync/status.ts';
import { demo, demoTrial, type DemoTrial, pinsOf } from '../support/release-store.ts';

/** Two releases, the second active, and a record as if a switch between them had been cut off. */
async function cutOff(changes: Partial<PendingSwitch>, common: Partial<Declaration> = {}) {
  const trial = demoTrial();
  const log = join(trial.directory, 'log');
  const restart = { run: ['/bin/sh', '-c', `echo "$VALOPS_VERSION" >>${log}`], timeout: 5000 } as const;
  const { to: first } = await trial.sync('1.0.0');
  const { to: second } = await trial.sync('1.1.0');
  const pending: PendingSwitch = {
    schema: 'valops/pending-switch/1',
    id: 'feedfeedfeedfeed',
    kind: 'sync',
    from: first,
    to: second,
    fromProven: true,
    direction: 'forth',
    startedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
  writeFileSync(join(trial.root, 'pending.json'), JSON.stringify(pending));
  const declaration = demo(trial.prefix, { restart, ...common });
  return { ...trial, log, first, second, declaration };
}

function run(trial: DemoTrial & { readonly declaration: Declaration }): ReturnType<typeof reconcile> {
  return withPrefixLock(trial.doors, trial.declaration, () => reconcile(trial.doors, trial.declaration));
}

function restarted(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8') : '';
}

test('nothing under way is nothing to do', async () => {
  const trial = demoTrial();
  await trial.sync('1.0.0');
  expect(await run({ ...trial, declaration: demo(trial.prefix) })).toBeNull();
});

test('a switch whose link was replaced is completed: restarted, proven, recorded', async () => {
  const trial = await cutOff({});
  expect(await run(trial)).toMatchObject({ outcome: 'completed', from: trial.first, to: trial.second });
  expect([trial.current(), restarted(trial.log)]).toEqual([trial.second, '1.1.0\n']);
  expect(existsSync(join(trial.root, 'pending.json'))).toBe(false);
  expect(readFileSync(join(trial.root, 'history.json'), 'utf8')).toContain('feedfeedfeedfeed');
  expect(trial.events).toContainEqual({ kind: 'note', message: expect.stringContaining('is completed') });
  expect(trial.journal.at(-1)).toMatchObject({ record: { action: 'sync.reconcile' }, ended: 'done' });
});

test('until then status is not ok, and a plan has something to do', async () => {
  const trial = await cutOff({});
  const { wanted } = trial.make('1.1.0');
  const declaration = { ...trial.declaration, version: '1.1.0' };
  const status = async (): Promise<string> =>
    (await statusOf(trial.doors, declaration, pinsOf(wanted), 'linux-x64')).state;
  const plan = async (): Promise<unknown> =>
    (await planSync(trial.doors, [declaration], pinsOf(wanted), 'linux-x64'))[0]?.entry;
  expect(await status()).toBe('outdated');
  expect(await plan()).toMatchObject({ action: 'switch', from: trial.second, to: trial.second });
  await run(trial);
  expect(await status()).toBe('ok');
  expect(await plan()).toMatchObject({ action: 'none' });
});

test('or taken back, when it is not healthy', async () => {
  const health = { run: ['/bin/sh', '-c', 'test $VALOPS_VERSION = 1.0.0'], timeout: 100 } as const;
  const trial = await cutOff({}, { health });
  expect(await run(trial)).toMatchObject({ outcome: 'taken-back' });
  expect([trial.current(), restarted(trial.log)]).toEqual([trial.first, '1.1.0\n1.0.0\n']);
  expect(existsSync(join(trial.root, 'pending.json'))).toBe(false);
});

test('or taken back, when its bytes are not those that were installed', async () => {
  const trial = await cutOff({});
  writeFileSync(join(trial.root, trial.second, 'bin/more'), '');
  expect(await run(trial)).toMatchObject({
    outcome: 'taken-back',
    message: expect.stringContaining('"bin/more" of it'),
  });
  expect([trial.current(), restarted(trial.log)]).toEqual([trial.first, '1.0.0\n']);
});

test('one that was on its way back goes all the way back', async () => {
  const trial = await cutOff({ direction: 'back' });
  expect(await run(trial)).toMatchObject({ outcome: 'taken-back' });
  expect([trial.current(), restarted(trial.log)]).toEqual([trial.first, '1.0.0\n']);
});

test('one whose link was not replaced yet had not begun: nothing is restarted', async () => {
  const trial = await cutOff({});
  trial.doors.trees.replaceLink(join(trial.root, 'current'), trial.first);
  expect(await run(trial)).toMatchObject({ outcome: 'not-begun' });
  expect([trial.current(), restarted(trial.log)]).toEqual([trial.first, '']);
  expect(existsSync(join(trial.root, 'pending.json'))).toBe(false);
});

test('one that somebody else overtook is forgotten, with a warning', async () => {
  const trial = await cutOff({});
  trial.doors.trees.replaceLink(join(trial.root, 'current'), 'elsewhere');
  expect(await run(trial)).toMatchObject({ outcome: 'abandoned' });
  expect(trial.current()).toBe('elsewhere');
  expect(trial.events).toContainEqual({ kind: 'warning', message: expect.stringContaining('"elsewhere"') });
});

test.each([
  ['nothing was active before', { from: null, fromProven: false }],
  ['what was active before had been changed', { fromProven: false }],
])('one without a way back stays unproven, written down (%s)', async (_what, changes) => {
  const trial = await cutOff(changes, { health: { run: ['/bin/false'], timeout: 100 } });
  expect(await run(trial)).toMatchObject({ outcome: 'unproven' });
  expect(trial.current()).toBe(trial.second);
  expect(existsSync(join(trial.root, 'pending.json'))).toBe(true);
  // what was wrong is put right, and the next run says so
  expect(await run({ ...trial, declaration: demo(trial.prefix) })).toMatchObject({ outcome: 'completed' });
});

test('a rollback takes it back, and no further', async () => {
  const trial = await cutOff({});
  expect(await rollback(trial.doors, trial.declaration)).toMatchObject({ to: trial.first, version: '1.0.0' });
  expect([trial.current(), restarted(trial.log)]).toEqual([trial.first, '1.0.0\n']);
});

test('a later sync to another release goes through after one that stayed unproven', async () => {
  const trial = await cutOff({ from: null, fromProven: false }, { health: { run: ['/bin/false'], timeout: 100 } });
  const { to } = await trial.sync('1.2.0', { health: { run: ['bin/demo'], expect: '1.2.0', timeout: 5000 } });
  expect(trial.current()).toBe(to);
  expect(existsSync(join(trial.root, 'pending.json'))).toBe(false);
});

test('a record that is none is not heeded, and leftovers go', async () => {
  const trial = await cutOff({});
  writeFileSync(join(trial.root, 'pending.json'), '{"to":"../../etc"}');
  mkdirSync(join(trial.root, '.staging-0123456789abcdef/bin'), { recursive: true });
  writeFileSync(join(trial.prefix, 'bin/.demo.valops-12345-0a0b0c0d'), '');
  expect(await run(trial)).toBeNull();
  expect(trial.events).toContainEqual(
    expect.objectContaining({ kind: 'warning', message: expect.stringContaining('no record of a switch') }),
  );
  expect(readdirSync(trial.root).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(readdirSync(join(trial.prefix, 'bin'))).toEqual(['demo', 'democtl']);
  expect(trial.current()).toBe(trial.second);
});

test('a repair that was written down and not begun is begun anew', async () => {
  const trial = await cutOff({ fromProven: false });
  const to = trial.second;
  const path = join(trial.root, 'pending.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace(trial.first, to));
  writeFileSync(join(trial.root, to, 'bin/more'), '');
  expect(await run(trial)).toMatchObject({ outcome: 'not-begun', from: to, to });
  expect([existsSync(path), restarted(trial.log), trial.current()]).toEqual([false, '', to]);
});

test('the stand-in of a repair that was killed is active until the repair is done, and goes then', async () => {
  const { doors, make, sync, root, current } = demoTrial();
  const { to } = await sync('1.0.0');
  const stand = '.repair-0123456789abcdef';
  cpSync(join(root, to), join(root, stand), { recursive: true });
  doors.trees.replaceLink(join(root, 'current'), stand);
  rmSync(join(root, to), { recursive: true });
  const { wanted, artifact } = make('1.1.0', {
    health: { run: ['/bin/sh', '-c', 'test $VALOPS_VERSION = 1.0.0'], timeout: 100 },
  });
  await expect(activateRelease(doors, wanted, artifact)).rejects.toMatchObject({ code: 'SYNC_HEALTH_FAILED' });
  expect(current()).toBe(stand);
  await sync('1.0.0');
  expect(current()).toMatch(/^1\.0\.0-/);
  expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
});
