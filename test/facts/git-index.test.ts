import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readIndex } from '../../src/facts/git-index.ts';

const hasGit = spawnSync('git', ['--version']).error === undefined;
const names = [
  'a',
  'ab/c.txt',
  'ab/cd.txt',
  'b',
  'eight888',
  'seven77',
  `long/${'x'.repeat(200)}/${'y'.repeat(100)}`,
  'ünï.txt',
  'with space',
  'with\nline',
];

describe.runIf(hasGit)('indexes that git writes (where it is installed)', () => {
  let folder = '';
  const git = (...argv: readonly string[]): void => {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    const ran = spawnSync('git', [...argv], { cwd: folder, env, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(ran.stderr);
  };
  const index = (digest: 20 | 32 = 20): readonly string[] =>
    readIndex(gzipSync(readFileSync(join(folder, '.git/index'))), digest);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'valops-index-'));
    for (const name of names) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), name);
    }
    git('init', '-q');
    git('add', '-A');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(['2', '3', '4'])('version %s has every path', (version) => {
    // the flag of what is to be added later needs version 3
    if (version === '3') git('update-index', '--skip-worktree', 'b');
    git('update-index', '--index-version', version);
    expect(index().toSorted()).toEqual(names.toSorted());
  });

  test('what is split in two is not taken for the whole', () => {
    git('update-index', '--split-index');
    writeFileSync(join(folder, 'later'), '');
    git('add', 'later');
    expect(() => index()).toThrow('split');
    git('update-index', '--no-split-index');
    expect(index()).toContain('later');
  });

  test('digests of 32 bytes are told beforehand', () => {
    rmSync(join(folder, '.git'), { recursive: true });
    git('init', '-q', '--object-format=sha256');
    git('add', '-A');
    expect(index(32).toSorted()).toEqual([...names, 'later'].toSorted());
  });

  test('an index cut anywhere, or something else, is an error', () => {
    const whole = readFileSync(join(folder, '.git/index'));
    for (let length = 0; length < whole.length - 100; length += 97) {
      // what is cut in its extensions still has every path
      const cut = (): readonly string[] => readIndex(gzipSync(whole.subarray(0, length)), 32);
      let read: readonly string[] | undefined;
      try {
        read = cut();
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
      if (read !== undefined) expect(read).toHaveLength(names.length + 1);
    }
    expect(() => readIndex(Buffer.from('no gzip'), 20)).toThrow('header');
    expect(() => readIndex(gzipSync('something else entirely'), 20)).toThrow('DIRC');
  });
});
