import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, describe, expect, test } from 'vitest';
import { arm, cancel } from '../../../src/core/guard/arm.ts';
import { compileArm, type ArmOrder } from '../../../src/core/guard/arm-script.ts';
import { rollback } from '../../../src/core/guard/end.ts';
import type { GuardPlace } from '../../../src/core/guard/place.ts';
import { guardStatus } from '../../../src/core/guard/status.ts';
import { parseTimespan } from '../../../src/core/guard/timespan.ts';
import { ValopsError } from '../../../src/lib/errors.ts';
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
  onTestFinished(async () => void (await rollback(shellHost(), { actor: 'end', place: made }).catch(() => undefined)));
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

test.each(shells.map((shell) => ({ name: shell.join(' '), shell })))(
  'who is gone before the answer comes leaves no guard behind, under $name',
  async ({ shell }) => {
    const here = place();
    const { script } = compileArm(order('a'), here);
    spawnSync('sh', ['-c', '"$@" -s 2>&1 | true', 'sh', ...shell], { input: script });
    // whoever holds the lock has not ended
    await arm(shellHost(shell), order('b'), here);
    expect(tokens(here)).toEqual([`armed.${'b'.repeat(16)}`, `valops-guard-${'b'.repeat(16)}`]);
  },
);

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

/** A host on which no file grows beyond so many blocks of 512 bytes: what a full disk says, without root. */
const fullAfter = (blocks: number) => shellHost(['sh', '-c', `trap "" XFSZ; ulimit -f ${blocks}; exec sh "$@"`, 'sh']);
const tokens = (here: GuardPlace): readonly string[] => [
  ...['guard/current', 'guard/new'].flatMap((name) => {
    const path = join(here.state, name);
    return existsSync(path) ? readdirSync(path).filter((one) => one.startsWith('armed.')) : [];
  }),
  ...readdirSync(here.run),
];

describe('a disk that takes no more', () => {
  test('while the program is written: not armed, with the reason, and nothing keeps the next run waiting', async () => {
    const here = place();
    await expect(arm(fullAfter(2), order('a'), here)).rejects.toMatchObject({
      code: 'GUARD_NOT_ARMED',
      message: expect.stringMatching(/could not be armed: guard\.sh could not be written$/),
      hint: expect.stringContaining('Nothing was changed'),
    });
    expect(tokens(here)).toEqual([]);
    await arm(shellHost(), order('b'), here);
  });

  test('after it was armed: disarmed again, its waiting process ended', async () => {
    const here = place();
    await arm(shellHost(), order('a'), here);
    await cancel(shellHost(), order('a'), here);
    // the program and its parts fit, another line in the journal does not
    appendFileSync(join(here.state, 'guard.jsonl'), `${' '.repeat(128 * 512)}\n`);
    await expect(arm(fullAfter(127), order('b'), here)).rejects.toMatchObject({
      code: 'GUARD_NOT_ARMED',
      message: expect.stringMatching(/could not be armed: the journal of the host could not be written$/),
    });
    expect(tokens(here)).toEqual([]);
    const waiter = readFileSync(join(here.state, 'guard/current/waiter.pid'), 'utf8').trim();
    await expect.poll(() => isRunning(waiter)).toBe(false);
  });

  test('what an arm left half written long ago is taken away, though its program does not run', async () => {
    const here = place();
    await arm(shellHost(), order('a'), here);
    const waiter = readFileSync(join(here.state, 'guard/current/waiter.pid'), 'utf8').trim();
    writeFileSync(join(here.state, 'guard/current/guard.sh'), '');
    writeFileSync(join(here.state, 'guard/current/deadline'), '-6001\n');
    await arm(shellHost(), order('b'), here);
    await expect.poll(() => isRunning(waiter)).toBe(false);
    expect(tokens(here)).toEqual([`armed.${'b'.repeat(16)}`, `valops-guard-${'b'.repeat(16)}`]);
  });
});

function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('a guard that cannot be disarmed again: what is true is said', async () => {
  const here = place();
  const honest = shellHost();
  // armed in full, but seen otherwise; the way back is lost
  let calls = 0;
  const losing = {
    ...honest,
    run: async (request: Parameters<typeof honest.run>[0]) => {
      if (calls++ > 0) throw new ValopsError('HOST_CONNECTION_LOST', 'the connection is gone');
      const result = await honest.run(request);
      return { ...result, stdout: Buffer.from(Buffer.from(result.stdout).toString().replace('syntax ok', '')) };
    },
  };
  const error: unknown = await arm(losing, order('a'), here).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'GUARD_NOT_ARMED', hint: expect.stringContaining('valops guard status') });
  expect(String(error)).toMatch(/whether it is armed is not known; it would end within 60 s with nothing to undo/);
});

test('the journal of the host is JSON lines whatever the actor is called', async () => {
  const here = place();
  await arm(shellHost(), order('a', { actor: 'a "b" \\ \n $(id) é' }), here);
  const line = readFileSync(join(here.state, 'guard.jsonl'), 'utf8').trim();
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
