import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
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
