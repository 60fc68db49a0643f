import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, describe, expect, test } from 'vitest';
import { arm, cancel } from '../../../src/core/guard/arm.ts';
import type { ArmOrder } from '../../../src/core/guard/arm-script.ts';
import { confirm, rollback } from '../../../src/core/guard/end.ts';
import type { GuardPlace } from '../../../src/core/guard/place.ts';
import { alsoRemains } from '../../../src/core/guard/remains.ts';
import { guardStatus } from '../../../src/core/guard/status.ts';
import { temporaryPlace } from '../../support/guard-place.ts';
import { ended, guardVerb, placeGuard, startVerb, tokenOf } from '../../support/guard-trial.ts';
import { shellHost } from '../../support/shell-host.ts';
import { shells } from '../../support/shells.ts';

const actor = 'alice';

const order: ArmOrder = {
  id: 'a'.repeat(16),
  job: 'trial',
  planDigest: 'f'.repeat(64),
  undo: [],
  seconds: 60,
  actor,
};

/** A place whose cron entry is a directory that is not empty: `rm -f` cannot remove it, even as root. */
function stubborn(): { readonly place: GuardPlace; readonly entry: string } {
  const place = { ...temporaryPlace() };
  const cron = join(place.root, 'cron');
  const entry = join(cron, 'valops-guard');
  mkdirSync(join(entry, 'held'), { recursive: true });
  return { place: { ...place, cron }, entry };
}

/** Whether the process has a child `flock`. */
function waitsForLock(pid: number | undefined): boolean {
  const { stdout } = spawnSync('ps', ['-e', '-o', 'pgid=,comm='], { encoding: 'utf8' });
  return stdout.split('\n').some((line) => new RegExp(`^\\s*${pid} flock$`).test(line));
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))(
  'what a guard could not remove, under $name',
  ({ shell }) => {
    test('a rollback names it, guard status as well; once it can be removed another rollback does so', async () => {
      const { place, entry } = stubborn();
      placeGuard(place, []);
      const host = shellHost(shell);
      expect(await guardStatus(host, place)).toMatchObject({ state: 'armed', remains: [] });
      expect(await rollback(host, { actor, place })).toMatchObject({ already: false, remains: [entry] });
      expect(await guardStatus(host, place)).toMatchObject({ state: 'rolled-back', remains: [entry] });
      rmSync(join(entry, 'held'), { recursive: true });
      rmSync(entry, { recursive: true });
      writeFileSync(entry, '@reboot\n');
      expect(await rollback(host, { actor, place })).toMatchObject({ already: true, remains: [] });
      expect(existsSync(entry)).toBe(false);
      expect(await guardStatus(host, place)).toMatchObject({ state: 'rolled-back', remains: [] });
    });

    test('a confirmation names it; the next boot removes it', async () => {
      const { place, entry } = stubborn();
      const { program } = placeGuard(place, []);
      const host = shellHost(shell);
      expect(await confirm(host, { actor, place })).toEqual([entry]);
      expect(await guardStatus(host, place)).toMatchObject({ state: 'confirmed', remains: [entry] });
      rmSync(entry, { recursive: true });
      writeFileSync(entry, '@reboot\n');
      rmSync(place.run, { recursive: true });
      mkdirSync(place.run);
      guardVerb(program, 'boot-finish', shell);
      expect(existsSync(entry)).toBe(false);
    });

    test('a guard that is over late lets the boot files of the next one alone', async () => {
      const { place } = stubborn();
      const units = ['valops-guard-boot.service', 'valops-guard-boot-finish.service'].map((name) =>
        join(place.units, name),
      );
      const { here, program } = placeGuard(place, []);
      const lock = join(place.state, 'guard/lock');
      writeFileSync(lock, '');
      // somebody is arming
      const holder = spawn('flock', [lock, 'sh', '-c', 'echo held; read -r line'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      onTestFinished(() => void holder.kill('SIGKILL'));
      await new Promise((resolve) => holder.stdout.once('data', resolve));
      for (const unit of units) writeFileSync(unit, '');
      const late = startVerb(program, 'expire', shell);
      await expect.poll(() => tokenOf(here)).toEqual(['rolled-back']);
      // it waits for the lock with what it would remove still there
      await expect.poll(() => waitsForLock(late.pid)).toBe(true);
      expect(units.map((unit) => existsSync(unit))).toEqual([true, true]);
      renameSync(here, join(place.state, 'guard/previous'));
      mkdirSync(here);
      writeFileSync(join(here, `armed.${'b'.repeat(16)}`), '');
      holder.stdin.end('\n');
      await ended(late);
      expect(units.map((unit) => existsSync(unit))).toEqual([true, true]);
    });
  },
);

test('a guard that could not be armed names what it left in place', async () => {
  const { place, entry } = stubborn();
  // the state directory takes the guard, its journal takes no line
  mkdirSync(join(place.state, 'guard.jsonl'), { recursive: true });
  await expect(arm(shellHost(), order, place)).rejects.toMatchObject({
    code: 'GUARD_NOT_ARMED',
    message: expect.stringMatching(
      new RegExp(`could not be armed: the journal .*; the guard could not remove ${entry}: it does nothing any more`),
    ),
    hint: expect.stringContaining('Nothing else was changed'),
  });
  expect(await cancel(shellHost(), order, place)).toEqual({ armed: false, remains: [entry] });
});

test('boot files of another guard, which is at work, are no remains of one that could not be armed', async () => {
  const { place } = stubborn();
  placeGuard(place, []);
  mkdirSync(join(place.state, 'guard'), { recursive: true });
  writeFileSync(join(place.state, 'guard/lock'), '');
  expect(await cancel(shellHost(), order, place)).toEqual({ armed: false, remains: [] });
});

test('also a command that has nothing to decide names what is left', async () => {
  const { place, entry } = stubborn();
  placeGuard(place, []);
  await confirm(shellHost(), { actor, place });
  for (const decide of [confirm, rollback]) {
    await expect(decide(shellHost(), { actor, place })).rejects.toMatchObject({
      code: 'GUARD_NONE',
      message: expect.stringContaining(`could not remove ${entry}`),
    });
  }
});

test('the sentence counts', () => {
  expect(alsoRemains([])).toBe('');
  expect(alsoRemains(['/a'])).toMatch(
    /^ But the guard could not remove \/a: it does nothing any more; .* removes it once/,
  );
  expect(alsoRemains(['/a', '/b'])).toMatch(/remove \/a, \/b: they do nothing any more; .* removes them once/);
});
