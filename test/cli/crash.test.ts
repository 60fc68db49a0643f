import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bundleDriver } from '../support/bundle.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A session with a secret in memory and a file half written, and then a bug. */
const source = `
  import { writeFileSync } from 'node:fs';
  import { openSession } from './src/cli/session.ts';
  const { context } = openSession({ version: '0.0.0', command: 'crash' });
  const { path } = context.memory.directory('crash');
  writeFileSync(path + '/secret', 'secret');
  console.log(path);
  const staged = await context.files.stage(process.argv[2] + '/target', { mode: 0o600 });
  await staged.write(new Uint8Array(5000));
  setTimeout(() => { throw new Error('a bug'); }, 10);
`;

test('a bug that ends the process leaves no secret in memory and no file half written', () => {
  const directory = temporaryDirectory();
  const driver = bundleDriver(source, temporaryDirectory());
  const env = { PATH: process.env['PATH'], HOME: directory, VALOPS_HOME: join(directory, 'home') };
  const run = spawnSync(process.execPath, [driver, directory], { encoding: 'utf8', timeout: 60_000, env });
  expect([run.status, run.stderr]).toMatchObject([1, expect.stringContaining('a bug')]);
  const path = run.stdout.trim();
  expect(path).toMatch(/\/valops-crash-/);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
});

/** A session with so many files in memory that it takes a while to overwrite them, and a file half written. */
const slow = `
  import { writeFileSync } from 'node:fs';
  import { openSession } from './src/cli/session.ts';
  const { context } = openSession({ version: '0.0.0', command: 'slow' });
  await context.files.stage(process.argv[2] + '/target', { mode: 0o600 });
  const { path } = context.memory.directory('slow');
  for (let n = 0; n < 40_000; n++) writeFileSync(path + '/' + n, 'x');
  console.log(path);
  setInterval(() => undefined, 1000);
`;

test('a second signal does not cut short what the first one removes', async () => {
  const directory = temporaryDirectory();
  const driver = bundleDriver(slow, temporaryDirectory());
  const env = { PATH: process.env['PATH'], HOME: directory, VALOPS_HOME: join(directory, 'home') };
  const child = spawn(process.execPath, [driver, directory], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let err = '';
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const path = line.toString().trim();
  const ended = once(child, 'close');
  child.kill('SIGINT');
  while (readdirSync(path).length === 40_000) await setTimeout(1);
  expect(readdirSync(path)).not.toEqual([]);
  child.kill('SIGINT');
  const [code, signal] = (await ended) as [number | null, string | null];
  expect([code, signal, err]).toEqual([130, null, expect.stringContaining('what was unfinished has been removed')]);
  expect(existsSync(path)).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
});
