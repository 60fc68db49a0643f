import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/core/change.ts';
import { ended, guardVerb, killSession, placeGuard, startVerb, tokenOf, trialId } from '../../support/guard-trial.ts';
import { temporaryPlace } from '../../support/guard-place.ts';
import { shells } from '../../support/shells.ts';

const log = (root: string, text: string): Step => ({
  step: 'run',
  argv: ['sh', '-c', 'printf "%s\\n" "$1" >>"$0"', join(root, 'log'), text],
});
const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Three files and two programs: what an undo of a real change looks like. */
function undoOf(root: string): readonly Step[] {
  return [
    { step: 'write', path: join(root, 'a'), mode: '0644', content: 'a before\n' },
    log(root, 'one'),
    { step: 'remove', path: join(root, 'b') },
    { step: 'write', path: join(root, 'c'), mode: '0600', content: 'c before, no end' },
    log(root, 'two'),
  ];
}

function change(root: string): void {
  for (const name of ['a', 'b', 'c']) writeFileSync(join(root, name), 'changed\n');
}

function isBefore(root: string): boolean {
  return (
    read(join(root, 'a')) === 'a before\n' &&
    !existsSync(join(root, 'b')) &&
    read(join(root, 'c')) === 'c before, no end'
  );
}

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))('the guard under $name', ({ shell }) => {
  test('rolls back once, whatever is called afterwards', () => {
    const place = temporaryPlace();
    const { here, program } = placeGuard(place, undoOf(place.root));
    change(place.root);
    expect(guardVerb(program, 'expire', shell)).toBe(0);
    expect(tokenOf(here)).toEqual(['rolled-back']);
    expect(isBefore(place.root)).toBe(true);
    expect(read(join(place.root, 'log'))).toBe('one\ntwo\n');
    change(place.root);
    for (const verb of ['expire', 'rollback', 'boot', 'boot-finish']) expect(guardVerb(program, verb, shell)).toBe(0);
    expect(guardVerb(program, 'confirm', shell)).toBe(11);
    expect(isBefore(place.root)).toBe(false);
    expect(read(join(place.root, 'log'))).toBe('one\ntwo\n');
  });

  test('once confirmed nothing rolls back', () => {
    const place = temporaryPlace();
    const { here, program } = placeGuard(place, undoOf(place.root));
    change(place.root);
    expect(guardVerb(program, 'confirm', shell)).toBe(0);
    expect(guardVerb(program, 'expire', shell)).toBe(0);
    expect(guardVerb(program, 'rollback', shell)).toBe(11);
    expect(guardVerb(program, 'boot', shell)).toBe(0);
    expect(tokenOf(here)).toEqual(['confirmed']);
    expect(isBefore(place.root)).toBe(false);
    expect(JSON.parse(read(join(place.state, 'guard.jsonl')))).toMatchObject({
      action: 'confirm',
      result: 'confirmed',
    });
  });

  test('what cannot be undone is tried three times and said; the other steps are undone; it can be repeated', () => {
    const place = temporaryPlace();
    const broken: Step = {
      step: 'run',
      argv: ['sh', '-c', 'echo x >>"$0.tries"; cat "$0"', join(place.root, 'needed')],
    };
    const { here, program } = placeGuard(place, [broken, ...undoOf(place.root)]);
    change(place.root);
    expect(guardVerb(program, 'expire', shell)).toBe(6);
    expect(tokenOf(here)).toEqual(['rollback-failed']);
    expect(isBefore(place.root)).toBe(true);
    expect(read(join(place.root, 'needed.tries'))).toBe('x\nx\nx\n');
    expect(read(join(here, 'results'))).toMatch(/^failed run sh .*No such file/m);
    writeFileSync(join(place.root, 'needed'), '');
    expect(guardVerb(program, 'rollback', shell)).toBe(0);
    expect(tokenOf(here)).toEqual(['rolled-back']);
  });

  test('a boot restores files first and runs programs later; without a boot the same units do nothing', () => {
    const place = temporaryPlace();
    const { here, program } = placeGuard(place, undoOf(place.root));
    change(place.root);
    for (const verb of ['boot', 'boot-finish']) expect(guardVerb(program, verb, shell)).toBe(0);
    expect(tokenOf(here)).toEqual(['armed']);
    rmSync(place.run, { recursive: true });
    expect(guardVerb(program, 'boot', shell)).toBe(0);
    expect(tokenOf(here)).toEqual(['rolling-back']);
    expect(isBefore(place.root)).toBe(true);
    expect(read(join(place.root, 'log'))).toBe('');
    expect(guardVerb(program, 'confirm', shell)).toBe(11);
    expect(guardVerb(program, 'boot-finish', shell)).toBe(0);
    expect(tokenOf(here)).toEqual(['rolled-back']);
    expect(read(join(place.root, 'log'))).toBe('one\ntwo\n');
  });
});

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('on a disk that is read-only by then (a mount: needs root)', () => {
  /** Runs a verb where the state of the guard is mounted read-only, in a mount namespace of its own. */
  function readOnly(state: string, program: string, verb: string): number | null {
    const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec sh "$2" "$3"';
    return spawnSync('unshare', ['-m', '--', 'sh', '-c', script, 'sh', state, program, verb]).status;
  }

  test.each(['expire', 'boot-finish'])('%s undoes what it can, says 6, and nobody confirms what is undone', (verb) => {
    const place = temporaryPlace();
    const { here, program } = placeGuard(place, undoOf(place.root));
    change(place.root);
    if (verb === 'boot-finish') {
      rmSync(join(place.run, `valops-guard-${trialId}`));
      expect(readOnly(place.state, program, 'boot')).toBe(0);
      expect(isBefore(place.root)).toBe(true);
      expect(read(join(place.root, 'log'))).toBe('');
    }
    expect(readOnly(place.state, program, verb)).toBe(6);
    expect(isBefore(place.root)).toBe(true);
    expect(read(join(place.root, 'log'))).toBe('one\ntwo\n');
    expect(tokenOf(here)).toEqual(['armed']);
    // writable again
    expect(guardVerb(program, 'confirm')).toBe(11);
    expect(guardVerb(program, 'rollback')).toBe(0);
    expect(tokenOf(here)).toEqual(['rolled-back']);
    expect(readdirSync(place.run)).toEqual([]);
  });
});

test('on a disk that is full a program which says something is undone as well', () => {
  const place = temporaryPlace();
  const says: Step = { step: 'run', argv: ['sh', '-c', 'echo much && echo more'] };
  const { here, program } = placeGuard(place, [says, ...undoOf(place.root)]);
  change(place.root);
  // no file of the guard's own can be made or grow; /run is another file system
  for (const name of ['step.out', 'results', 'rollback.lock']) mkdirSync(join(here, name));
  expect(guardVerb(program, 'expire')).toBe(0);
  expect(tokenOf(here)).toEqual(['rolled-back']);
  expect(isBefore(place.root)).toBe(true);
});

describe('deciding', () => {
  test('confirmation and expiry at the same moment: one of them, never both, and files agree (100 times)', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 100; round++) {
      const place = temporaryPlace();
      const { here, program } = placeGuard(place, [{ step: 'remove', path: join(place.root, 'a') }]);
      writeFileSync(join(place.root, 'a'), 'changed');
      // whoever is started first has a head start: both ways round
      const verbs = round % 2 === 0 ? ['confirm', 'expire'] : ['expire', 'confirm'];
      const children = verbs.map((verb) => startVerb(program, verb));
      const [first, second] = await Promise.all(children.map(ended));
      const confirmStatus = verbs[0] === 'confirm' ? first : second;
      const [token = '', ...others] = tokenOf(here);
      expect(others).toEqual([]);
      expect(['confirmed', 'rolled-back']).toContain(token);
      expect(confirmStatus).toBe(token === 'confirmed' ? 0 : 11);
      expect(existsSync(join(place.root, 'a'))).toBe(token === 'confirmed');
      outcomes.add(token);
    }
    expect([...outcomes].toSorted()).toEqual(['confirmed', 'rolled-back']);
  });

  test('many rollbacks at once run the undo once', async () => {
    const place = temporaryPlace();
    const { here, program } = placeGuard(place, undoOf(place.root));
    change(place.root);
    const statuses = await Promise.all(
      ['expire', 'rollback', 'expire', 'rollback'].map((verb) => ended(startVerb(program, verb))),
    );
    expect(statuses).toEqual([0, 0, 0, 0]);
    expect(tokenOf(here)).toEqual(['rolled-back']);
    expect(read(join(place.root, 'log'))).toBe('one\ntwo\n');
  });

  test('a confirmation needs changes that were all made', () => {
    const place = temporaryPlace();
    const { here, program } = placeGuard(place, []);
    writeFileSync(join(here, 'apply.done'), 'failed 1\n');
    expect(guardVerb(program, 'confirm')).toBe(13);
    rmSync(join(here, 'apply.done'));
    expect(guardVerb(program, 'confirm')).toBe(13);
    expect(tokenOf(here)).toEqual(['armed']);
  });

  test('a confirmation from a login that is older than the change is refused', () => {
    const place = { ...temporaryPlace(), newLogin: true };
    const { here, program } = placeGuard(place, []);
    writeFileSync(join(here, 'apply.done'), 'ok 99999999999\n');
    expect(guardVerb(program, 'confirm')).toBe(12);
    expect(tokenOf(here)).toEqual(['armed']);
    writeFileSync(join(here, 'apply.done'), 'ok 0\n');
    expect(guardVerb(program, 'confirm')).toBe(0);
  });
});

describe('a guard that is killed', () => {
  test.each([0, 1, 2, 3, 4, 5])('before or in step %i of its undo: the next run completes it', async (at) => {
    const place = temporaryPlace();
    const pause = join(place.root, 'pause');
    // stops for the kill when it is reached the first time
    const stop: Step = {
      step: 'run',
      argv: ['sh', '-c', '[ ! -e "$0" ] || { mv "$0" "$0.reached"; sleep 30; }', pause],
    };
    const undo = [...undoOf(place.root)];
    undo.splice(at, 0, stop);
    const { here, program } = placeGuard(place, undo);
    change(place.root);
    writeFileSync(pause, '');
    const child = startVerb(program, 'expire');
    while (!existsSync(`${pause}.reached`)) await new Promise((resolve) => setTimeout(resolve, 5));
    killSession(child);
    await ended(child);
    expect(tokenOf(here)).toEqual(['rolling-back']);
    expect(guardVerb(program, 'confirm')).toBe(11);
    expect(guardVerb(program, at % 2 === 0 ? 'expire' : 'rollback')).toBe(0);
    expect(tokenOf(here)).toEqual(['rolled-back']);
    expect(isBefore(place.root)).toBe(true);
  });

  test('at random moments, many times in a row: it still completes', async () => {
    const place = temporaryPlace();
    const { here, program } = placeGuard(place, undoOf(place.root));
    change(place.root);
    for (let round = 0; round < 25; round++) {
      const child = startVerb(program, 'expire');
      await new Promise((resolve) => setTimeout(resolve, round * 2));
      killSession(child);
      await ended(child);
      expect(tokenOf(here)).toHaveLength(1);
    }
    expect(guardVerb(program, 'expire')).toBe(0);
    expect(tokenOf(here)).toEqual(['rolled-back']);
    expect(isBefore(place.root)).toBe(true);
  });
});

test('the program parses in every shell and names its guard', () => {
  const place = temporaryPlace();
  const { program } = placeGuard(place, undoOf(place.root));
  for (const [command = '', ...args] of shells) expect(spawnSync(command, [...args, '-n', program]).status).toBe(0);
  expect(readFileSync(program, 'utf8')).toContain(`valops guard ${trialId}`);
});
