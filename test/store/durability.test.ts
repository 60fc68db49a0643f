import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canTrace } from '../support/kill-sweep.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { buildDriver, driverArgv } from './driver.ts';

describe.runIf(canTrace)('what a power cut must find: order of the system calls (needs strace and ptrace)', () => {
  let home: string;
  let driver: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'valops-durability-'));
    driver = buildDriver(home);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** The changing calls of a job on files below the directory: name and file, temporary names shortened. */
  function callsOf(job: string, directory: string): readonly string[] {
    const log = join(directory, 'log');
    const state = join(directory, 'state');
    const traced = 'openat,write,pwrite64,fsync,fdatasync,fchmod,link,rename,unlink,mkdir,chmod,ftruncate';
    const prefix = ['/usr/bin/strace', '-f', '-y', '-qq', '-o', log, '-e', `trace=${traced}`];
    const [program, ...args] = driverArgv(driver, [job, state, '1'], prefix);
    const run = spawnSync(program, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin', UV_THREADPOOL_SIZE: '1' } });
    expect([run.status, run.stdout]).toEqual([0, '']);
    const lines = readFileSync(log, 'utf8').split('\n');
    return lines.flatMap((line) => {
      const call = /^\d+ +(\w+)\((.*)/.exec(line);
      const path = new RegExp(`${state}([^">]*)`).exec(line)?.[1];
      if (call?.[1] === undefined || path === undefined || path.includes('.lock')) return [];
      if (call[1] === 'openat' && !line.includes('O_CREAT')) return [];
      return [`${call[1]} ${path.replace(/\.target\.valops-\d+-[0-9a-f]{8}/, 'TEMPORARY') || '/'}`];
    });
  }

  function prepared(): string {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'state'));
    return directory;
  }

  const contents = ['openat /TEMPORARY', 'write /TEMPORARY', 'fchmod /TEMPORARY', 'fsync /TEMPORARY'];

  test('create: content and mode are on the disk before the name, the name before success', () => {
    expect(callsOf('create', prepared())).toEqual([...contents, 'link /TEMPORARY', 'unlink /TEMPORARY', 'fsync /']);
  });

  test('a staged file alike', () => {
    expect(callsOf('stage', prepared())).toEqual([...contents, 'link /TEMPORARY', 'unlink /TEMPORARY', 'fsync /']);
  });

  test('replace alike, with one rename', () => {
    const directory = prepared();
    writeFileSync(join(directory, 'state', 'target'), 'old');
    expect(callsOf('replace', directory)).toEqual([...contents, 'rename /TEMPORARY', 'fsync /']);
  });

  test('a directory is durable in its parent before anything is put in it', () => {
    expect(callsOf('directories', prepared())).toEqual([
      'mkdir /a',
      'chmod /a',
      'fsync /',
      'mkdir /a/b',
      'chmod /a/b',
      'fsync /a',
    ]);
  });

  test('each line of the journal is one write, durable before the work goes on', () => {
    const line = ['write /home/journal.jsonl', 'fsync /home/journal.jsonl'];
    expect(callsOf('append', prepared())).toEqual([
      'mkdir /home',
      'fsync /',
      'openat /home/journal.jsonl',
      'fchmod /home/journal.jsonl',
      'fsync /home',
      ...line,
      ...line,
    ]);
  });
});
