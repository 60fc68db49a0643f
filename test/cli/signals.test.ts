import { randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { makeHomes } from '../support/home.ts';
import { program, start, valops, type Running } from '../support/valops.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves when `seen` answers true; the test's own time limit ends a wait in vain. */
async function until(seen: () => boolean): Promise<void> {
  while (!seen()) await sleep(10);
}

function memoryDirectories({ child }: Running): readonly string[] {
  return ['/dev/shm', process.env['XDG_RUNTIME_DIR'] ?? '/dev/shm'].flatMap((directory) =>
    readdirSync(directory).filter((name) => name.startsWith('valops-') && name.split('-').includes(String(child.pid))),
  );
}

describe.each(signals)('%s', (signal) => {
  test('ends encrypt while its input is still open: exit 130, nothing left beside the output', async () => {
    const {
      directory,
      homes: [home],
      recipients: [recipient],
    } = await makeHomes();
    const before = readdirSync(directory);
    const running = start([...program, 'encrypt', '-r', recipient, '-o', join(directory, 'out.age')], {
      home,
      stdin: 'open',
    });
    running.child.stdin?.write(randomBytes(3 << 20));
    await until(() => readdirSync(directory).length > before.length);
    running.child.kill(signal);
    const { status, stderr } = await running.ended;
    expect(status, stderr).toBe(130);
    expect(stderr).toContain('valops: interrupted');
    expect(readdirSync(directory)).toEqual(before);
  });

  test('ends decrypt while its input is still open: exit 130, nothing left, the journal whole', async () => {
    const {
      directory,
      homes: [home],
      keys: [key],
      recipients: [recipient],
    } = await makeHomes();
    const plain = join(directory, 'plain');
    writeFileSync(plain, randomBytes(4 << 20));
    const sealed = (await valops(['encrypt', '-r', recipient, plain], { home })).output;
    const before = readdirSync(directory);
    const running = start([...program, 'decrypt', '-i', key, '-o', join(directory, 'out')], { home, stdin: 'open' });
    running.child.stdin?.write(sealed.subarray(0, 3 << 20));
    await until(() => readdirSync(directory).length > before.length);
    running.child.kill(signal);
    const { status, stderr } = await running.ended;
    expect(status, stderr).toBe(130);
    expect(readdirSync(directory)).toEqual(before);
    const journal = (await valops(['journal', 'verify', '--json'], { home })).json();
    expect(journal['whole']).toBe(true);
  });

  test('ends rehearse: exit 130, its memory directory destroyed', async () => {
    const {
      directory,
      homes: [home],
    } = await makeHomes();
    const running = start([...program, 'rehearse', '--kind', 'solana'], { home, env: { TMPDIR: directory } });
    const before = readdirSync(directory);
    await until(() => memoryDirectories(running).length > 0);
    await sleep(300);
    expect(memoryDirectories(running)).not.toEqual([]);
    running.child.kill(signal);
    const { status, stderr } = await running.ended;
    expect(status, stderr).toBe(130);
    expect(memoryDirectories(running)).toEqual([]);
    expect(readdirSync(directory)).toEqual(before);
  });

  test('ends a generator that is writing: it writes nothing into a directory that was destroyed', async () => {
    const {
      directory,
      homes: [home],
      recipients,
    } = await makeHomes();
    const generator = `sh -c 'n=0; while :; do n=$((n + 1)); echo secret >{dir}/$((n % 50)); done'`;
    const running = start(
      [
        ...[...program, 'identity', 'generate', '--unsafe-online', '--kind', 'command', '--generator', generator],
        ...['--secret-pattern', '(secret)', '--public-pattern', '(x)', '--out', join(directory, 'out.age')],
        ...['--card', join(directory, 'out.json'), ...recipients.flatMap((recipient) => ['-r', recipient])],
      ],
      { home },
    );
    await until(() => memoryDirectories(running).some((name) => name.startsWith('valops-generator-')));
    await sleep(500);
    running.child.kill(signal);
    const { status, stderr } = await running.ended;
    expect(status, stderr).toBe(130);
    expect(stderr).toContain('what was unfinished has been removed');
    expect(memoryDirectories(running)).toEqual([]);
  });
});

test('a terminal sends SIGINT to the whole group: the rehearsal and its children end, nothing is left', async () => {
  const {
    homes: [home],
  } = await makeHomes();
  const running = start([...program, 'rehearse'], { home });
  await until(() => memoryDirectories(running).length > 0);
  await sleep(700);
  const { pid } = running.child;
  if (pid === undefined) throw new Error('the rehearsal did not start');
  process.kill(-pid, 'SIGINT');
  const { status, stderr } = await running.ended;
  expect(status, stderr).toBe(130);
  expect(memoryDirectories(running)).toEqual([]);
});

test('what a killed rehearsal left in memory is destroyed by the next', async () => {
  const {
    homes: [home],
  } = await makeHomes();
  const running = start([...program, 'rehearse', '--kind', 'solana'], { home });
  await until(() => memoryDirectories(running).length > 0);
  const { pid } = running.child;
  if (pid === undefined) throw new Error('the rehearsal did not start');
  process.kill(-pid, 'SIGKILL');
  expect((await running.ended).signal).toBe('SIGKILL');
  expect(memoryDirectories(running)).not.toEqual([]);
  const next = await valops(['rehearse', '--kind', 'solana', '--json'], { home });
  expect(next.status, next.stderr).toBe(0);
  expect(memoryDirectories(running)).toEqual([]);
});
