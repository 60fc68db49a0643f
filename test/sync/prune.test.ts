import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planPrune, prune } from '../../src/sync/prune.ts';
import { rollback } from '../../src/sync/rollback.ts';
import { cacheDirectory, ensureCache } from '../../src/sync/cache.ts';
import { removeUnused, unusedFiles } from '../../src/sync/unused-cache.ts';
import { demo, demoTrial, pinsOf } from '../support/release-store.ts';

test('syncing keeps as many releases as declared', async () => {
  const { sync, root } = demoTrial({ keep: 2 });
  await sync('1.0.0');
  const { to: second } = await sync('1.1.0');
  const { to: third, removed } = await sync('1.2.0');
  expect(removed).toEqual([expect.stringMatching(/^1\.0\.0-/)]);
  expect(readdirSync(root).sort()).toEqual([second, third, 'current', 'history.json'].sort());
});

test('the active one and the one before stay however old they are', async () => {
  const { sync, doors, prefix, root, current, journal } = demoTrial();
  const releases: string[] = [];
  for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) releases.push((await sync(version)).to);
  const [first = '', second = '', third = '', fourth = ''] = releases;
  await rollback(doors, demo(prefix));
  await rollback(doors, demo(prefix));
  expect(current()).toBe(second);
  const plan = planPrune(doors, demo(prefix, { keep: 2 }));
  expect(plan).toEqual({
    name: 'demo',
    keep: [
      { release: second, why: 'active' },
      { release: first, why: 'what a rollback leads to' },
    ],
    remove: [fourth, third],
    runningComplete: expect.any(Boolean),
  });
  expect(readdirSync(root)).toHaveLength(7);
  expect(await prune(doors, demo(prefix, { keep: 2 }))).toEqual(plan);
  expect(readdirSync(root).sort()).toEqual([first, second, 'current', 'held.json', 'history.json'].sort());
  expect(journal.at(-1)).toMatchObject({ record: { action: 'sync.prune', details: { removed: [fourth, third] } } });
});

test('a release that a process runs from stays', async () => {
  const { sync, doors, prefix, root, directory } = demoTrial();
  mkdirSync(directory, { recursive: true });
  const { to: first } = await sync('1.0.0');
  // a real program, as the program of a script is its interpreter
  const program = join(root, first, 'bin/sleeper');
  copyFileSync('/bin/sleep', program);
  const child = spawn(program, ['60'], { stdio: 'ignore' });
  try {
    await new Promise((resolve) => child.once('spawn', resolve));
    for (const version of ['1.1.0', '1.2.0', '1.3.0']) await sync(version, { keep: 2 });
    expect(planPrune(doors, demo(prefix, { keep: 2 })).keep).toContainEqual({
      release: first,
      why: 'a process runs from it',
    });
    expect(existsSync(program)).toBe(true);
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
  expect((await prune(doors, demo(prefix, { keep: 2 }))).remove).toEqual([first]);
});

test('what was set aside and what killed runs left goes; strangers stay', async () => {
  const { sync, doors, prefix, root } = demoTrial();
  const { to } = await sync('1.0.0');
  for (const name of ['.broken-0123456789abcdef', '.staging-0123456789abcdef', '.removing-0123456789abcdef', 'notes']) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'file'), '');
  }
  expect((await prune(doors, demo(prefix))).remove).toEqual(['.broken-0123456789abcdef']);
  expect(readdirSync(root).sort()).toEqual([to, 'current', 'history.json', 'notes'].sort());
});

test('of the cache goes what no pin names, whole or in part; not what a pin names or is being made of', async () => {
  const { doors, make, directory } = demoTrial();
  const { files, journal } = doors.context;
  const context = { files, journal, home: { path: join(directory, 'home'), ageDirectory: () => directory } };
  const { wanted } = make('1.0.0');
  const evidence = { 'x.minisig': { url: 'https://x/x.minisig', sha256: 'b'.repeat(64), size: 1 } };
  const pins = pinsOf({ ...wanted, pin: { ...wanted.pin, evidence } });
  ensureCache(context);
  const old = 'a'.repeat(64);
  const stays = [wanted.pin.sha256, `${'b'.repeat(64)}.part`, 'new-0123456789abcdef0123456789abcdef', 'notes'];
  for (const name of [...stays, old, `${old}.part`, `${old}.part.json`]) {
    writeFileSync(join(cacheDirectory(context), name), 'four');
  }
  const unused = unusedFiles(context, pins);
  expect(unused).toEqual(['', '.part', '.part.json'].map((end) => ({ name: `${old}${end}`, size: 4 })));
  await removeUnused(context, unused);
  expect(readdirSync(cacheDirectory(context)).sort()).toEqual(stays.toSorted());
});
