import { chmodSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ValopsError, type ErrorCode } from '../../src/lib/errors.ts';
import { createFiles } from '../../src/store/files.ts';
import { createTrees } from '../../src/store/trees.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const trees = createTrees();

function codeOf(work: () => unknown): ErrorCode | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof ValopsError) return error.code;
    throw error;
  }
  return undefined;
}

function modeOf(path: string): number {
  return lstatSync(path).mode & 0o7777;
}

test('a directory is made once, with its mode whatever the umask', () => {
  const path = join(temporaryDirectory(), 'a');
  const before = process.umask(0o077);
  try {
    trees.createDirectory(path, { mode: 0o755 });
  } finally {
    process.umask(before);
  }
  expect(modeOf(path)).toBe(0o755);
  expect(codeOf(() => trees.createDirectory(path, { mode: 0o755 }))).toBe('FILE_EXISTS');
  expect(codeOf(() => trees.createDirectory(join(path, 'b/c'), { mode: 0o755 }))).toBe('FILE_UNWRITABLE');
});

test('a directory takes a new name, never one that exists, not even an empty directory', () => {
  const directory = temporaryDirectory();
  const [from, to, taken] = ['from', 'to', 'taken'].map((name) => join(directory, name)) as [string, string, string];
  mkdirSync(from);
  mkdirSync(taken);
  expect(codeOf(() => trees.renameDirectory(from, taken))).toBe('FILE_EXISTS');
  trees.renameDirectory(from, to);
  expect(trees.walk(directory)).toEqual(['taken/', 'to/']);
  expect(codeOf(() => trees.renameDirectory(from, join(directory, 'x')))).toBe('FILE_UNWRITABLE');
});

test('a tree goes with its links, and nothing that they point to', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'kept'));
  writeFileSync(join(directory, 'kept/file'), 'x');
  mkdirSync(join(directory, 'gone/deep/er'), { recursive: true });
  writeFileSync(join(directory, 'gone/deep/file'), 'x', { mode: 0o444 });
  symlinkSync('../kept', join(directory, 'gone/link'));
  symlinkSync('../../kept/file', join(directory, 'gone/deep/link'));
  trees.removeTree(join(directory, 'gone'));
  trees.removeTree(join(directory, 'gone'));
  trees.removeTree(join(directory, 'never/was'));
  expect(trees.walk(directory)).toEqual(['kept/', 'kept/file']);
});

test('a link is made, replaced in place, and never takes the place of anything else', () => {
  const directory = temporaryDirectory();
  const link = join(directory, 'current');
  expect(trees.readLink(link)).toBeNull();
  trees.replaceLink(link, 'a');
  trees.replaceLink(link, 'b/../c');
  expect(trees.readLink(link)).toBe('b/../c');
  for (const [name, make] of [
    ['file', (path: string) => writeFileSync(path, 'x')],
    ['directory', (path: string) => mkdirSync(path)],
  ] as const) {
    const path = join(directory, name);
    make(path);
    expect(codeOf(() => trees.replaceLink(path, 'a'))).toBe('FILE_EXISTS');
    expect(codeOf(() => trees.readLink(path))).toBe('FILE_EXISTS');
  }
  expect(readFileSync(join(directory, 'file'), 'utf8')).toBe('x');
  expect(trees.walk(directory)).toEqual(['current', 'directory/', 'file']);
  expect(codeOf(() => trees.replaceLink(join(directory, 'file/x'), 'a'))).toBe('FILE_UNWRITABLE');
});

test('a link that a killed run left beside goes with the next one', () => {
  const directory = temporaryDirectory();
  const dead = spawnSync('true').pid;
  symlinkSync('a', join(directory, `.current.valops-${dead}-00000000`));
  symlinkSync('a', join(directory, `.current.valops-${process.pid}-00000000`));
  trees.replaceLink(join(directory, 'current'), 'b');
  expect(trees.walk(directory)).toEqual([`.current.valops-${process.pid}-00000000`, 'current']);
});

test('walk names everything, sorted, and does not follow links', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'b/c'), { recursive: true });
  for (const name of ['b/c/file', 'b.txt', 'a']) writeFileSync(join(directory, name), '');
  symlinkSync('.', join(directory, 'b/loop'));
  execFileSync('mkfifo', [join(directory, 'fifo')]);
  expect(trees.walk(directory)).toEqual(['a', 'b.txt', 'b/', 'b/c/', 'b/c/file', 'b/loop', 'fifo']);
  expect(codeOf(() => trees.walk(join(directory, 'none')))).toBe('FILE_NOT_FOUND');
  expect(codeOf(() => trees.walk(join(directory, 'a')))).toBe('FILE_UNREADABLE');
});

test('modes are set on files and directories, never through a link', () => {
  const directory = temporaryDirectory();
  const file = join(directory, 'file');
  writeFileSync(file, '');
  chmodSync(file, 0o600);
  symlinkSync('file', join(directory, 'link'));
  trees.setMode(file, 0o555);
  expect(modeOf(file)).toBe(0o555);
  expect(codeOf(() => trees.setMode(join(directory, 'link'), 0o777))).toBe('FILE_UNWRITABLE');
  expect(modeOf(file)).toBe(0o555);
  trees.setMode(directory, 0o711);
  expect(modeOf(directory)).toBe(0o711);
});

test('free space is that of the file system, asked through names that do not exist yet', () => {
  const directory = temporaryDirectory();
  const column = process.getuid?.() === 0 ? '%f' : '%a';
  const [free, size] = execFileSync('stat', ['-f', '-c', `${column} %S`, tmpdir()])
    .toString()
    .trim()
    .split(' ')
    .map(Number);
  const found = trees.freeSpace(join(directory, 'not/yet/there'));
  // others write at the same time
  expect(Math.abs(found - (free ?? 0) * (size ?? 0))).toBeLessThan(2 ** 30);
  expect(found).toBeGreaterThan(0);
});

test('the lock is held until the work settles, and let go when it throws', async () => {
  const path = join(temporaryDirectory(), 'lock');
  function isFree(): boolean {
    return spawnSync('flock', ['-n', path, 'true']).status === 0;
  }
  const during = await trees.withLock(path, 1000, async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return isFree();
  });
  expect([during, isFree()]).toEqual([false, true]);
  await expect(trees.withLock(path, 1000, () => Promise.reject(new RangeError('of the work')))).rejects.toThrow(
    'of the work',
  );
  expect(isFree()).toBe(true);
  await trees.withLock(path, 1000, async () => {
    await expect(trees.withLock(path, 0, () => Promise.resolve())).rejects.toMatchObject({ code: 'LOCK_BUSY' });
  });
});

test('a file is read at any offset, and closed only after the reads that are in flight', async () => {
  const path = join(temporaryDirectory(), 'file');
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));
  writeFileSync(path, bytes);
  const file = createFiles().openRandom(path);
  expect(file.size).toBe(bytes.length);
  expect(Buffer.from(await file.read(7, 1000))).toEqual(bytes.subarray(7, 1007));
  expect(Buffer.from(await file.read(bytes.length - 3, 10))).toEqual(bytes.subarray(-3));
  expect(await file.read(bytes.length + 5, 10)).toEqual(new Uint8Array());
  const last = file.read(0, bytes.length);
  await Promise.all([file.close(), file.close()]);
  expect(bytes.equals(await last)).toBe(true);
  await expect(file.read(0, 1)).rejects.toThrow('closed');
});

test('only a regular file is opened at random', () => {
  const directory = temporaryDirectory();
  execFileSync('mkfifo', [join(directory, 'fifo')]);
  const files = createFiles();
  expect(codeOf(() => files.openRandom(join(directory, 'fifo')))).toBe('FILE_UNREADABLE');
  expect(codeOf(() => files.openRandom(directory))).toBe('FILE_UNREADABLE');
  expect(codeOf(() => files.openRandom(join(directory, 'none')))).toBe('FILE_NOT_FOUND');
});
