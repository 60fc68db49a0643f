import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { bundleDriver } from '../support/bundle.ts';

/**
 * A program around the doors, for what needs a process of its own: another umask or user, many
 * writers, a kill. Arguments: job, directory, and a number for some jobs.
 */
const source = `
  import { closeSync, openSync } from 'node:fs';
  import { createFiles } from './src/store/files.ts';
  import { createJournal } from './src/store/journal.ts';
  import { readJournal } from './src/store/journal-read.ts';
  import { createMemory } from './src/store/memory.ts';
  import { withLock } from './src/store/lock.ts';
  const [job, directory, number] = process.argv.slice(2);
  const files = createFiles();
  const journal = createJournal({
    path: directory + '/home/journal.jsonl', lockPath: directory + '/home/journal.lock', files,
    clock: { now: () => new Date() }, actor: 'a', host: 'h', tool: 'valops test', onRepair: () => console.error('repaired'),
  });
  const undo = new Set();
  process.on('exit', () => undo.forEach((one) => one()));
  process.on('SIGTERM', () => process.exit(143));
  const memory = createMemory({ cleanup: (one) => (undo.add(one), () => undo.delete(one)) });
  const content = new TextEncoder().encode((number ?? 'x').repeat(5000));
  const jobs = {
    create: () => files.create(directory + '/target', content, { mode: 0o640 }),
    replace: () => files.replace(directory + '/target', content, { mode: 0o640 }),
    stage: async () => {
      const staged = await files.stage(directory + '/target', { mode: 0o640 });
      await staged.write(content);
      await staged.publish('exclusive');
    },
    directories: () => files.ensureDirectory(directory + '/a/b', { mode: 0o750 }),
    createForRoot: () => files.create(directory + '/target', content, { mode: 0o640, owner: { uid: 0, gid: 0 } }),
    read: () => console.log(new TextDecoder().decode(files.read(directory + '/target'))),
    append: () => {
      for (let round = 0; round < Number(number); round++) journal.begin({ action: 'test.append', purpose: 'many' }).done();
    },
    verify: async () => {
      const { entries, problems } = await readJournal(files, directory + '/home/journal.jsonl');
      console.log(JSON.stringify({ entries, problems, peak: process.resourceUsage().maxRSS }));
    },
    hold: () => withLock(directory + '/lock', { wait: 1000 }, () => {
      console.log('held');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(number));
    }),
    memory: () => {
      const { path } = memory.directory('driver');
      files.create(path + '/secret', content, { mode: 0o600 });
      console.log(path);
      if (number === 'wait') setInterval(() => undefined, 1000);
    },
  };
  try {
    await jobs[job]();
  } catch (error) {
    console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint }));
    process.exitCode = 1;
  }
`;

/** Bundles the driver into `directory` and answers its path. */
export function buildDriver(directory: string): string {
  return bundleDriver(source, directory);
}

/** What a driver run that failed says about itself. */
export interface DriverError {
  readonly code?: string;
  readonly message?: string;
  readonly hint?: string;
}

/** The user without privileges that root becomes for tests of permissions. */
const nobody = 65534;

/** Command line of a driver run, behind the programs of `prefix`. */
export function driverArgv(
  driver: string,
  args: readonly string[],
  prefix: readonly string[] = [],
): [string, ...string[]] {
  const [first = process.execPath, ...rest] = [...prefix, process.execPath, driver, ...args];
  return [first, ...rest];
}

/** Runs the driver to its end, optionally without privileges or behind other programs. */
export function runDriver(
  driver: string,
  args: readonly string[],
  options: { readonly unprivileged?: boolean; readonly prefix?: readonly string[] } = {},
): SpawnSyncReturns<string> & { readonly failure: DriverError } {
  const [program, ...rest] = driverArgv(driver, args, options.prefix);
  const drop = options.unprivileged === true && process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const run = spawnSync(program, rest, { encoding: 'utf8', timeout: 60_000, ...drop });
  const last = run.stdout.trim().split('\n').at(-1) ?? '';
  return Object.assign(run, {
    failure: run.status === 1 && last.startsWith('{') ? (JSON.parse(last) as DriverError) : {},
  });
}

/** Starts the driver and resolves with its exit code and what it wrote to standard output. */
export function startDriver(driver: string, args: readonly string[]): Promise<{ code: number | null; stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [driver, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout }));
  });
}
