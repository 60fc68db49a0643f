import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ValopsError } from '../../src/lib/errors.ts';
import { withLock } from '../../src/store/lock.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { buildDriver } from './driver.ts';

let home: string;
let driver: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'valops-lock-'));
  driver = buildDriver(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function failure(work: () => unknown): ValopsError {
  try {
    work();
  } catch (error) {
    if (error instanceof ValopsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function holder(directory: string): Promise<{ pid: number; end: () => Promise<void> }> {
  const child = spawn(process.execPath, [driver, 'hold', directory, '60000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  return {
    pid: child.pid ?? 0,
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

test('answers what the work answers, lets go, and leaves the file', () => {
  const path = join(temporaryDirectory(), 'lock');
  expect(withLock(path, { wait: 1000 }, () => 42)).toBe(42);
  expect(() =>
    withLock(path, { wait: 1000 }, () => {
      throw new RangeError('of the work');
    }),
  ).toThrow('of the work');
  expect(spawnSync('flock', ['-n', path, 'true']).status).toBe(0);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'utf8')).toBe(`${process.pid}\n`);
});

test('keeps others out while the work runs', () => {
  const path = join(temporaryDirectory(), 'lock');
  expect(withLock(path, { wait: 1000 }, () => spawnSync('flock', ['-n', path, 'true']).status)).toBe(1);
});

test('names the process that holds it, and is free at once when that one is killed', async () => {
  const directory = temporaryDirectory();
  const path = join(directory, 'lock');
  const { pid, end } = await holder(directory);
  try {
    const error = failure(() => withLock(path, { wait: 50 }, () => undefined));
    expect(error.code).toBe('LOCK_BUSY');
    expect(error.message).toBe(`waited 50 ms for the lock "${path}", which process ${pid} holds`);
    expect(error.hint).toBe(`See what holds it: ps -fp ${pid}`);
  } finally {
    await end();
  }
  expect(withLock(path, { wait: 0 }, () => 'free')).toBe('free');
});

test('a holder that cannot be named', () => {
  const path = join(temporaryDirectory(), 'lock');
  withLock(path, { wait: 0 }, () => {
    writeFileSync(path, 'not a pid');
    expect(failure(() => withLock(path, { wait: 0 }, () => undefined)).message).toMatch(/which another process holds$/);
  });
});

test('without flock(1), and where the file cannot be', () => {
  const directory = temporaryDirectory();
  const missing = failure(() => withLock(join(directory, 'lock'), { wait: 0, searchPath: directory }, () => undefined));
  expect([missing.code, missing.hint]).toEqual(['LOCK_UNAVAILABLE', 'Install util-linux: apt-get install util-linux']);
  expect(failure(() => withLock(directory, { wait: 0 }, () => undefined)).code).toBe('FILE_UNWRITABLE');
});
