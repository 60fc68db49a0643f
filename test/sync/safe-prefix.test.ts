import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { safePrefix } from '../../src/sync/safe-prefix.ts';
import { demoTrial, storeTrial } from '../support/release-store.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const { doors } = storeTrial();
const isRoot = process.getuid?.() === 0;

test('a prefix below directories that only we can change is safe, there or not', () => {
  const directory = temporaryDirectory();
  expect(safePrefix(doors, join(directory, 'opt/valops'))).toBe(join(directory, 'opt/valops'));
  mkdirSync(join(directory, 'real/valops'), { recursive: true, mode: 0o755 });
  symlinkSync('real', join(directory, 'opt'));
  expect(safePrefix(doors, join(directory, 'opt/valops'))).toBe(join(directory, 'real/valops'));
  symlinkSync(join(directory, 'real/../real'), join(directory, 'absolute'));
  expect(safePrefix(doors, join(directory, 'absolute/valops/more'))).toBe(join(directory, 'real/valops/more'));
});

test.each([
  ['the prefix', 'a/b', 0o775],
  ['a parent', 'a', 0o757],
  ['the prefix, sticky', 'a/b', 0o1777],
] as const)('%s that others may write to is refused by name', (_what, path, mode) => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'a/b'), { recursive: true });
  chmodSync(join(directory, path), mode);
  expect(() => safePrefix(doors, join(directory, 'a/b'))).toThrow(
    expect.objectContaining({
      code: 'SYNC_UNSAFE_PREFIX',
      message: expect.stringContaining(`"${join(directory, path)}"`),
    }),
  );
});

test('so is what a link on the way leads to, a loop, a file, and a path that is not plain', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'open/valops'), { recursive: true });
  chmodSync(join(directory, 'open'), 0o777);
  symlinkSync('open', join(directory, 'opt'));
  symlinkSync('loop', join(directory, 'loop'));
  writeFileSync(join(directory, 'file'), '');
  for (const prefix of ['opt/valops', 'loop/valops', 'file/valops']) {
    expect(() => safePrefix(doors, join(directory, prefix))).toThrow(
      expect.objectContaining({ code: 'SYNC_UNSAFE_PREFIX' }),
    );
  }
  for (const prefix of ['opt/valops', `${directory}/x/../y`, `${directory}/x/`, '/']) {
    expect(() => safePrefix(doors, prefix)).toThrow('not a plain absolute path');
  }
});

test.runIf(isRoot)('so is a directory or link of another user (needs root)', () => {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'theirs'));
  chownSync(join(directory, 'theirs'), 1234, 1234);
  expect(() => safePrefix(doors, join(directory, 'theirs/valops'))).toThrow('belongs to user 1234');
});

test('nothing is made in an unsafe place', async () => {
  const { directory, prefix, sync } = demoTrial();
  chmodSync(directory, 0o777);
  await expect(sync('1.0.0')).rejects.toMatchObject({ code: 'SYNC_UNSAFE_PREFIX', exitStatus: 4 });
  expect(doors.context.files.stat(prefix)).toBeNull();
});
