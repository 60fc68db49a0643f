import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ValopsError } from '../../src/lib/errors.ts';
import { createMemory } from '../../src/store/memory.ts';
import { destroyTree } from '../../src/store/destroy-tree.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { buildDriver, driverArgv, runDriver } from './driver.ts';

let home: string;
let driver: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'valops-memory-'));
  driver = buildDriver(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('directory', () => {
  test('is private, in memory, and gone after destroy, which unregisters itself', () => {
    const registered = new Set<() => void>();
    const memory = createMemory({
      cleanup(undo) {
        registered.add(undo);
        return () => registered.delete(undo);
      },
    });
    const directory = memory.directory('two words/../x');
    expect(directory.path).toMatch(/\/valops-two_words_x-\d+-\d+-\d+-[A-Za-z0-9]{6}$/);
    expect(statSync(directory.path).mode & 0o777).toBe(0o700);
    expect([0x01021994, 0x858458f6]).toContain(statfsSync(directory.path).type);
    writeFileSync(join(directory.path, 'x'), 'secret');
    expect(registered.size).toBe(1);
    directory.destroy();
    directory.destroy();
    expect(existsSync(directory.path)).toBe(false);
    expect(registered.size).toBe(0);
  });

  test('a place that only sounds like memory is not taken', () => {
    const disk = temporaryDirectory();
    const onMemory = [0x01021994, 0x858458f6].includes(statfsSync(disk).type);
    const memory = createMemory({
      cleanup: () => () => undefined,
      candidates: [onMemory ? '/proc' : disk, join(disk, 'absent')],
    });
    try {
      memory.directory('test');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ValopsError);
      expect((error as ValopsError).code).toBe('MEMORY_UNAVAILABLE');
    }
  });
});

describe('ends of the process that made it', () => {
  test('destroyed at exit', () => {
    const path = runDriver(driver, ['memory', home]).stdout.trim();
    expect(path).toMatch(/\/valops-driver-/);
    expect(existsSync(path)).toBe(false);
  });

  async function waiting(): Promise<{ path: string; end: (signal: NodeJS.Signals) => Promise<void> }> {
    const [program, ...args] = driverArgv(driver, ['memory', home, 'wait']);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
    const path = await new Promise<string>((resolve) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    });
    return {
      path,
      async end(signal) {
        child.kill(signal);
        await ended;
      },
    };
  }

  test('destroyed on a signal through the registered undo', async () => {
    const { path, end } = await waiting();
    expect(readFileSync(join(path, 'secret'), 'utf8')).toMatch(/^wait/);
    await end('SIGTERM');
    expect(existsSync(path)).toBe(false);
  });

  test('what a killed process left is destroyed by the next call, what a living one has is not', async () => {
    const dead = await waiting();
    await dead.end('SIGKILL');
    expect(existsSync(join(dead.path, 'secret'))).toBe(true);
    const alive = await waiting();
    try {
      expect(existsSync(dead.path)).toBe(false);
      createMemory({ cleanup: () => () => undefined })
        .directory('test')
        .destroy();
      expect(existsSync(join(alive.path, 'secret'))).toBe(true);
    } finally {
      await alive.end('SIGTERM');
    }
  });

  test('a pid that was given to another process counts as gone; other pid namespaces are let alone', () => {
    const memory = createMemory({ cleanup: () => () => undefined });
    const own = memory.directory('test');
    const parts = own.path.split('-');
    const [pid, start, namespace] = parts.slice(-4, -1);
    const stem = parts.slice(0, -4).join('-');
    const reused = `${stem}-${pid}-${Number(start) - 1}-${namespace}-abcdef`;
    const foreign = `${stem}-${pid}-${Number(start) - 1}-${Number(namespace) + 1}-abcdef`;
    mkdirSync(reused);
    mkdirSync(foreign);
    try {
      memory.directory('test').destroy();
      expect([own.path, reused, foreign].map((path) => existsSync(path))).toEqual([true, false, true]);
    } finally {
      own.destroy();
      rmSync(foreign, { recursive: true });
    }
  });
});

describe('destroyTree', () => {
  test('overwrites files, whatever their mode, and does not follow links', () => {
    const outside = temporaryDirectory();
    writeFileSync(join(outside, 'kept'), 'kept');
    const tree = join(outside, 'tree');
    mkdirSync(join(tree, 'a', 'b'), { recursive: true });
    writeFileSync(join(tree, 'a', 'b', 'secret'), 'secret'.repeat(50_000));
    const fd = openSync(join(tree, 'a', 'b', 'secret'), 'r');
    symlinkSync(join(outside, 'kept'), join(tree, 'to-file'));
    symlinkSync(outside, join(tree, 'a', 'to-directory'));
    spawnSync('mkfifo', [join(tree, 'pipe')]);
    chmodSync(join(tree, 'a', 'b', 'secret'), 0o400);
    chmodSync(join(tree, 'a', 'b'), 0o500);
    destroyTree(tree);
    expect(existsSync(tree)).toBe(false);
    expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
    const left = Buffer.alloc(300_000, 1);
    expect(readSync(fd, left, 0, left.length, 0)).toBe(300_000);
    closeSync(fd);
    expect(left.every((byte) => byte === 0)).toBe(true);
  });

  test('an absent tree is no error', () => {
    destroyTree(join(temporaryDirectory(), 'absent'));
  });
});
