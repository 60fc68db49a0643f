import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { previousRelease, type Switch } from '../../src/sync/history.ts';
import { planRollback, rollback } from '../../src/sync/rollback.ts';
import { demo, demoTrial } from '../support/release-store.ts';

test('goes back to the release that was active before, and on from there', async () => {
  const { doors, sync, current, prefix, journal } = demoTrial();
  const declaration = demo(prefix);
  const [first, second, third] = [await sync('1.0.0'), await sync('1.1.0'), await sync('1.2.0')].map(({ to }) => to);
  expect(planRollback(doors, declaration)).toEqual({ name: 'demo', from: third, to: second, version: '1.1.0' });
  expect(await rollback(doors, declaration)).toMatchObject({ from: third, to: second });
  expect(current()).toBe(second);
  await rollback(doors, declaration);
  expect(current()).toBe(first);
  await expect(rollback(doors, declaration)).rejects.toMatchObject({ code: 'SYNC_NO_RELEASE' });
  expect(current()).toBe(first);
  await sync('1.2.0', {});
  await rollback(doors, declaration);
  expect(current()).toBe(first);
  expect(journal.filter(({ record }) => record.action === 'sync.rollback').map(({ ended }) => ended)).toEqual([
    'done',
    'done',
    'done',
  ]);
});

test('a release that is not as it was installed stays inactive, and says why', async () => {
  const { doors, sync, current, prefix, root } = demoTrial();
  const { to: first } = await sync('1.0.0');
  const { to: second } = await sync('1.1.0');
  writeFileSync(join(root, first, 'share/added'), '');
  await expect(rollback(doors, demo(prefix))).rejects.toMatchObject({
    code: 'SYNC_RELEASE_BROKEN',
    exitStatus: 4,
    message: expect.stringContaining('"share/added" (extra)'),
  });
  expect(current()).toBe(second);
});

test('neither goes it below the minimum, nor to one that is not healthy', async () => {
  const { doors, sync, current, prefix } = demoTrial();
  await sync('1.0.0');
  const { to } = await sync('1.1.0');
  await expect(rollback(doors, demo(prefix, { minimum: '1.0.1' }))).rejects.toMatchObject({ code: 'SYNC_DOWNGRADE' });
  const health = { run: ['/bin/sh', '-c', 'test $VALOPS_VERSION = 1.1.0'], timeout: 100 } as const;
  await expect(rollback(doors, demo(prefix, { health }))).rejects.toMatchObject({ code: 'SYNC_HEALTH_FAILED' });
  const check = { run: ['bin/demo'], expect: 'something else', timeout: 5000 } as const;
  await expect(rollback(doors, demo(prefix, { check }))).rejects.toMatchObject({ code: 'SYNC_CHECK_FAILED' });
  expect(current()).toBe(to);
});

test('nothing installed, and a history that is not ours', async () => {
  const { doors, sync, prefix, root } = demoTrial();
  await expect(rollback(doors, demo(prefix))).rejects.toMatchObject({ code: 'SYNC_NO_RELEASE' });
  await sync('1.0.0');
  await sync('1.1.0');
  const path = join(root, 'history.json');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 100));
  await expect(rollback(doors, demo(prefix))).rejects.toMatchObject({ code: 'SYNC_RELEASE_BROKEN' });
});

function history(...switches: readonly (readonly ['sync' | 'rollback', string | null, string])[]): readonly Switch[] {
  return switches.map(([kind, from, to], id) => ({ id: String(id), at: '2026-01-01T00:00:00Z', kind, from, to }));
}

test.each([
  ['no switch', history(), 'a', null],
  ['the first release', history(['sync', null, 'a']), 'a', null],
  ['two', history(['sync', null, 'a'], ['sync', 'a', 'b']), 'b', 'a'],
  ['after a rollback', history(['sync', null, 'a'], ['sync', 'a', 'b'], ['rollback', 'b', 'a']), 'a', null],
  ['an older one pinned again', history(['sync', null, 'a'], ['sync', 'a', 'b'], ['sync', 'b', 'a']), 'a', 'b'],
  ['one between is gone', history(['sync', null, 'a'], ['sync', 'a', 'gone'], ['sync', 'gone', 'c']), 'c', 'a'],
  ['current changed by hand to an older one', history(['sync', null, 'a'], ['sync', 'a', 'b']), 'a', null],
  ['current changed by hand to a stranger', history(['sync', null, 'a'], ['sync', 'a', 'b']), 'c', 'b'],
  ['the beginning of the history is cut off', history(['sync', 'b', 'c']), 'c', 'b'],
  ['a repair', history(['sync', null, 'a'], ['sync', 'a', 'b'], ['sync', 'b', 'b']), 'b', 'a'],
])('what was active before: %s', (_what, switches, active, expected) => {
  expect(previousRelease(switches, active, new Set(['a', 'b', 'c']))).toBe(expected);
});
