import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Conversation, RunResult } from '../../../src/core/process.ts';
import { createProcesses } from '../../../src/hosts/local/processes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const path = '/usr/bin:/bin';
const processes = createProcesses({ PATH: path, LANG: 'C.UTF-8', VALOPS_SECRET: 'x' });
const plain = { env: { PATH: path }, timeout: 20_000 };
const text = ({ stdout }: RunResult): string => stdout.useText((value) => value);
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Gone, or dead and only waiting for its parent (proc_pid_stat(5), state Z). */
function isGone(pid: string): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return true;
  return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 500 && !condition(); round++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

describe('find', () => {
  test('absolute path of an executable file, else null', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
    writeFileSync(join(directory, 'data'), '', { mode: 0o644 });
    mkdirSync(join(directory, 'folder'));
    const here = createProcesses({ PATH: `:.:relative:/absent:${directory}` });
    expect(here.find('tool')).toBe(join(directory, 'tool'));
    expect(here.find('data')).toBeNull();
    expect(here.find('folder')).toBeNull();
    expect(here.find('')).toBeNull();
    expect(here.find(join(directory, 'tool'))).toBe(join(directory, 'tool'));
    expect(here.find(join(directory, 'absent'))).toBeNull();
    expect(createProcesses({ PATH: ':.' }).find('package.json')).toBeNull();
    expect(createProcesses({ PATH: undefined }).find('sh')).toBeNull();
  });
});

describe('run', () => {
  test('exit status, both outputs, input, working directory', async () => {
    const cwd = temporaryDirectory();
    const script = 'cat; pwd; echo wrong >&2; exit 7';
    const result = await processes.run(['sh', '-c', script], { ...plain, cwd, input: bytes('in\n') });
    expect(result).toMatchObject({ exitCode: 7, signal: null, timedOut: false });
    expect(text(result)).toBe(`in\n${cwd}\n`);
    expect(result.stderr.useText((value) => value)).toBe('wrong\n');
    expect(inspect(result)).not.toContain('wrong');
  });

  test('the environment is the one given and nothing else', async () => {
    const result = await processes.run(['env'], { env: { A: '1', B: 'ü' }, timeout: 20_000 });
    expect(text(result)).toBe('A=1\nB=ü\n');
  });

  test('arguments are never a shell line', async () => {
    const result = await processes.run(['printf', '%s|', '$HOME', '`id`', 'a b', '; exit 3', '*', ''], plain);
    expect(text(result)).toBe('$HOME|`id`|a b|; exit 3|*||');
  });

  test('without input standard input is closed; unread input does not matter', async () => {
    expect(text(await processes.run(['wc', '-c'], plain)).trim()).toBe('0');
    expect((await processes.run(['true'], { ...plain, input: new Uint8Array(3_000_000) })).exitCode).toBe(0);
  });

  test('a signal is a result', async () => {
    expect(await processes.run(['sh', '-c', 'kill -TERM $$'], plain)).toMatchObject({
      exitCode: null,
      signal: 'SIGTERM',
    });
  });

  test('a missing program, and one that the system refuses', async () => {
    await expect(processes.run(['valops-absent'], plain)).rejects.toMatchObject({
      code: 'PROCESS_MISSING',
      message: 'program "valops-absent" was not found',
    });
    const broken = join(temporaryDirectory(), 'broken');
    writeFileSync(broken, '#!/absent/interpreter\n', { mode: 0o755 });
    await expect(processes.run([broken], plain)).rejects.toMatchObject({ code: 'PROCESS_FAILED' });
    await expect(processes.run(['true'], { ...plain, cwd: '/absent' })).rejects.toMatchObject({
      code: 'PROCESS_FAILED',
    });
  });

  test('at most 1 MiB of each output is kept, and the child still runs to its end', async () => {
    const script = 'yes | head -c 3000000; yes no | head -c 3000000 >&2; exit 4';
    const result = await processes.run(['sh', '-c', script], plain);
    expect([result.exitCode, result.stdout.length, result.stderr.length]).toEqual([4, 1024 * 1024, 1024 * 1024]);
    expect(result.stdout.use((value) => Buffer.from(value.subarray(0, 4)).toString())).toBe('y\ny\n');
  });

  test('at the timeout the child and all its descendants are killed', async () => {
    const script = 'trap "" TERM; sh -c \'trap "" TERM; echo $$; sleep 600 & echo $!; wait\' & wait';
    const result = await processes.run(['sh', '-c', script], { ...plain, timeout: 700 });
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: true });
    const pids = text(result).trim().split('\n');
    expect(pids).toHaveLength(2);
    await until(() => pids.every(isGone));
  });

  test('a descendant that left the group cannot hold the run open by its pipes', async () => {
    const script = 'setsid sleep 600 & echo $!';
    const result = await processes.run(['sh', '-c', script], { ...plain, timeout: 500 });
    expect(result.timedOut).toBe(true);
    const pid = text(result).trim();
    // `setsid` replaced itself by the sleep unless it had to fork.
    expect(spawnSync('kill', ['-KILL', pid]).status).toBe(0);
  });

  test('what the child left running in its group ends with it', async () => {
    const result = await processes.run(['sh', '-c', 'sleep 600 >/dev/null 2>&1 & echo $!'], plain);
    expect(result).toMatchObject({ exitCode: 0, timedOut: false });
    await until(() => isGone(text(result).trim()));
  });

  test('a child does not outlive this process', async () => {
    const before = new Set(process.listeners('exit'));
    const running = processes.run(['sh', '-c', 'sleep 600'], plain);
    let added: readonly ((code: number) => void)[] = [];
    await until(() => (added = process.listeners('exit').filter((listener) => !before.has(listener))).length > 0);
    for (const listener of added) listener.call(process, 0);
    expect(await running).toMatchObject({ exitCode: null, signal: 'SIGKILL', timedOut: false });
  });

  test('many runs leave no listeners', async () => {
    await processes.run(['true'], plain);
    const listeners = process.listenerCount('exit');
    await Promise.all(Array.from({ length: 8 }, () => processes.run(['true'], plain)));
    expect(process.listenerCount('exit')).toBe(listeners);
  });
});

describe('converse', () => {
  async function read(conversation: Conversation, length: number): Promise<string> {
    let seen = '';
    for await (const chunk of conversation.output) {
      seen += Buffer.from(chunk).toString();
      if (seen.length >= length) break;
    }
    return seen;
  }

  test('answers follow questions, and reading may stop and go on', async () => {
    const conversation = await processes.converse(['cat']);
    await conversation.write(bytes('one\n'));
    expect(await read(conversation, 4)).toBe('one\n');
    await conversation.write(bytes('two\n'));
    expect(await read(conversation, 4)).toBe('two\n');
    await conversation.close(5000);
    await conversation.close(5000);
  });

  test('closing ends the input; the output then ends', async () => {
    const conversation = await processes.converse(['sort']);
    await conversation.write(bytes('b\na\n'));
    const reading = read(conversation, 100);
    await conversation.close(5000);
    expect(await reading).toBe('a\nb\n');
  });

  test('only what sessions need is passed on of our environment', async () => {
    const conversation = await processes.converse(['env']);
    expect((await read(conversation, 10_000)).trim().split('\n').sort()).toEqual(['LANG=C.UTF-8', `PATH=${path}`]);
    await conversation.close(5000);
  });

  test('a child that does not end is killed after the grace, with its children', async () => {
    const conversation = await processes.converse([
      'sh',
      '-c',
      'trap "" TERM HUP; sleep 600 & echo $!; while :; do sleep 1; done',
    ]);
    const pid = (await read(conversation, 2)).trim();
    await conversation.close(200);
    await until(() => isGone(pid));
  });

  test('writing to a child that is gone is PROCESS_FAILED, and closing still works', async () => {
    const conversation = await processes.converse(['true']);
    await read(conversation, 1);
    await expect(conversation.write(new Uint8Array(1_000_000))).rejects.toMatchObject({ code: 'PROCESS_FAILED' });
    await conversation.close(1000);
  });

  test('a missing program', async () => {
    await expect(processes.converse(['age-plugin-absent'])).rejects.toMatchObject({ code: 'PROCESS_MISSING' });
  });
});
