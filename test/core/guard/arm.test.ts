import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, describe, expect, test } from 'vitest';
import { arm, cancel } from '../../../src/core/guard/arm.ts';
import type { ArmOrder } from '../../../src/core/guard/arm-script.ts';
import { rollback } from '../../../src/core/guard/end.ts';
import type { GuardPlace } from '../../../src/core/guard/place.ts';
import { guardStatus } from '../../../src/core/guard/status.ts';
import { parseTimespan } from '../../../src/core/guard/timespan.ts';
import { temporaryPlace } from '../../support/guard-place.ts';
import { shellHost } from '../../support/shell-host.ts';
import { shells } from '../../support/shells.ts';

const order = (id: string, more: Partial<ArmOrder> = {}): ArmOrder => ({
  id: id.repeat(16),
  job: 'trial',
  planDigest: 'f'.repeat(64),
  undo: [],
  seconds: 60,
  actor: "it's me",
  ...more,
});

function place(): GuardPlace & { readonly root: string } {
  const made = temporaryPlace();
  onTestFinished(() => rollback(shellHost(), { actor: 'end', place: made }).catch(() => undefined));
  return made;
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('arming under $name', ({ shell }) => {
  test('is seen to be armed, with its deadline; one at a time', async () => {
    const here = place();
    const armed = await arm(shellHost(shell), order('a'), here);
    expect(armed).toMatchObject({ id: 'a'.repeat(16), coversReboot: false });
    expect(Math.abs(armed.deadline.getTime() - Date.now() - 60_000)).toBeLessThan(5_000);
    expect(await guardStatus(shellHost(shell), here)).toMatchObject({ state: 'armed', actor: "it's me", timer: true });
    await expect(arm(shellHost(shell), order('b'), here)).rejects.toMatchObject({ code: 'GUARD_BUSY' });
    await cancel(shellHost(shell), order('a'), here);
    expect(await guardStatus(shellHost(shell), here)).toMatchObject({ state: 'none' });
    await arm(shellHost(shell), order('b'), here);
  });
});

test('of many that arm at once exactly one succeeds', async () => {
  const here = place();
  const results = await Promise.allSettled(['1', '2', '3', '4', '5'].map((id) => arm(shellHost(), order(id), here)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const codes = results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as { code: string }).code] : [],
  );
  expect(new Set(codes)).toEqual(new Set(['GUARD_BUSY']));
});

test('what a killed run armed and never used is litter after a boot, what it used is not', async () => {
  const here = place();
  await arm(shellHost(), order('a'), here);
  rmSync(join(here.run, `valops-guard-${'a'.repeat(16)}`));
  await arm(shellHost(), order('b'), here);
  writeFileSync(join(here.state, 'guard/current/apply.started'), '');
  rmSync(join(here.run, `valops-guard-${'b'.repeat(16)}`));
  await expect(arm(shellHost(), order('c'), here)).rejects.toMatchObject({ code: 'GUARD_BUSY' });
});

test('a program that does not arrive whole, a state directory that cannot be: not armed, nothing left armed', async () => {
  const here = place();
  const honest = shellHost();
  const altering = { ...honest };
  altering.run = (request) =>
    honest.run({ ...request, script: request.script.replace('v_undo_steps() {', 'v_undo_steps() { #') });
  await expect(arm(altering, order('a'), here)).rejects.toMatchObject({
    code: 'GUARD_NOT_ARMED',
    message: expect.stringContaining('another digest'),
  });
  expect(await guardStatus(shellHost(), here)).toMatchObject({ state: 'none' });
  const blocked = { ...here, state: join(here.root, 'file') };
  writeFileSync(blocked.state, '');
  await expect(arm(shellHost(), order('b'), blocked)).rejects.toMatchObject({ code: 'GUARD_NOT_ARMED' });
  expect(existsSync(join(here.run, `valops-guard-${'a'.repeat(16)}`))).toBe(false);
});

test('the journal of the host is JSON lines whatever the actor is called', async () => {
  const here = place();
  await arm(shellHost(), order('a', { actor: 'a "b" \\ \n $(id) é' }), here);
  const line = readFileSync(join(here.state, 'journal.jsonl'), 'utf8').trim();
  expect(JSON.parse(line)).toMatchObject({ action: 'arm', actor: 'a "b" \\ \n $(id) é', guard: 'a'.repeat(16) });
});

test.each([
  ['2min 3.5s', 123.5],
  ['1h 41min 40s', 6100],
  ['1month 2w 3d 4us', 2_629_800 + 2 * 604_800 + 3 * 86_400 + 4e-6],
  ['999ms', 0.999],
  ['', null],
  ['infinity', null],
  ['3 s', null],
])('the time span "%s"', (text, seconds) => {
  const parsed = parseTimespan(text);
  expect(parsed === null ? null : Math.round(parsed * 1e6)).toBe(seconds === null ? null : Math.round(seconds * 1e6));
});
