import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFiles } from '../../src/store/files.ts';
import { createMemory } from '../../src/store/memory.ts';
import { refusal } from '../support/escrow.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const files = createFiles();
const deadPid = spawnSync('true').pid;

function filled(target: string): ReturnType<typeof files.stageDirectory> {
  const staged = files.stageDirectory(target);
  files.create(join(staged.path, 'one'), Buffer.from('1'), { mode: 0o600 });
  return staged;
}

describe('a staged directory', () => {
  test('appears with all its files at once, mode 0700, missing parents made', () => {
    const target = join(temporaryDirectory(), 'a/b/set');
    const staged = filled(target);
    expect(readdirSync(join(target, '..')).filter((name) => !name.startsWith('.'))).toEqual([]);
    expect(statSync(staged.path).mode & 0o777).toBe(0o700);
    staged.publish();
    expect(readFileSync(join(target, 'one'), 'utf8')).toBe('1');
    expect(readdirSync(join(target, '..'))).toEqual(['set']);
    expect(statSync(target).mode & 0o777).toBe(0o700);
  });

  test('takes the place of an empty directory, never of anything else', async () => {
    const directory = temporaryDirectory();
    for (const name of ['empty', 'full']) mkdirSync(join(directory, name));
    writeFileSync(join(directory, 'full/kept'), 'kept');
    writeFileSync(join(directory, 'file'), 'kept');
    filled(join(directory, 'empty')).publish();
    expect(readdirSync(join(directory, 'empty'))).toEqual(['one']);
    for (const name of ['full', 'file']) {
      const staged = filled(join(directory, name));
      expect((await refusal(() => staged.publish())).code).toBe('FILE_EXISTS');
      staged.withdraw();
    }
    expect([readFileSync(join(directory, 'file'), 'utf8'), readdirSync(join(directory, 'full'))]).toEqual([
      'kept',
      ['kept'],
    ]);
    expect(readdirSync(directory)).toEqual(['empty', 'file', 'full']);
  });

  test('is gone when it is withdrawn, before and after it was published', () => {
    const directory = temporaryDirectory();
    filled(join(directory, 'early')).withdraw();
    const late = filled(join(directory, 'late'));
    late.publish();
    late.withdraw();
    late.withdraw();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('destroys what a killed process left, and nothing of a living one', () => {
    const directory = temporaryDirectory();
    for (const name of [`.set.valops-${deadPid}-01234567`, `.set.valops-${process.ppid}-01234567`, '.set.valops-x']) {
      mkdirSync(join(directory, name));
      writeFileSync(join(directory, name, 'page'), 'secret');
    }
    filled(join(directory, 'set')).publish();
    expect(readdirSync(directory)).toEqual([`.set.valops-${process.ppid}-01234567`, '.set.valops-x', 'set']);
  });

  test('a signal destroys what is not published', () => {
    const directory = temporaryDirectory();
    const undo: (() => void)[] = [];
    const watched = createFiles((work) => {
      undo.push(work);
      return () => void undo.splice(undo.indexOf(work), 1);
    });
    const first = watched.stageDirectory(join(directory, 'first'));
    watched.stageDirectory(join(directory, 'second'));
    first.publish();
    for (const work of undo) work();
    expect(readdirSync(directory)).toEqual(['first']);
  });
});

test('the memory door tells what lives in memory by the file system, also of names that are not there yet', () => {
  const memory = createMemory({ cleanup: () => () => undefined });
  expect(memory.holds('/dev/shm/not/there/yet')).toBe(true);
  expect(memory.holds('/proc/not-there')).toBe(false);
});
