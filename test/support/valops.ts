import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The program as it is shipped; `test/support/build.ts` has built what it loads. */
export const program: readonly [string, string] = [
  process.execPath,
  new URL('../../bin/valops.js', import.meta.url).pathname,
];

/** Milliseconds after which a run counts as hanging and is killed with its children. */
const longestRun = 60_000;

export interface RunOptions {
  /** `VALOPS_HOME` (and `HOME`) of the run. */
  readonly home?: string;
  readonly cwd?: string;
  /** Bytes to send, `null` for /dev/null (the default), `closed` for no descriptor 0 at all, `open` for a pipe that stays open. */
  readonly stdin?: 'closed' | 'null' | 'open' | Uint8Array;
  /** Texts to be read from further descriptors, each from a file opened at its number (3 and up). */
  readonly fds?: Readonly<Record<number, string>>;
  /** Set or, with undefined, removed on top of the base environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Words in front of the command, for example of `unshare` or `setpriv`. */
  readonly prefix?: readonly string[];
  /** Where standard output goes: a pipe that is read, or an open descriptor. */
  readonly stdout?: number;
}

export interface Ran {
  /** Exit status, or null when a signal ended it. */
  readonly status: number | null;
  readonly signal: string | null;
  readonly output: Buffer;
  readonly stdout: string;
  readonly stderr: string;
  /** True when it had to be killed because it did not end. */
  readonly hung: boolean;
  /** The one JSON document on standard output; throws when there is anything else. */
  json(): Record<string, unknown>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

/** Runs the built program to its end. It has no controlling terminal (setsid). */
export function valops(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return start([...program, ...args], options).ended;
}

/** Runs any program in the same surroundings. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return start(argv, options).ended;
}

/** The environment of every run: nothing of the developer's own leaks in. */
export function baseEnvironment(home: string | undefined): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ...(home === undefined ? {} : { HOME: home, VALOPS_HOME: home }),
  };
}

/** Starts a program; whoever does not wait for `ended` must end it by its id. */
export function start(argv: readonly string[], options: RunOptions = {}): Running {
  const scratch = mkdtempSync(join(tmpdir(), 'valops-fds-'));
  const opened: number[] = [];
  const stdin = options.stdin ?? 'null';
  const stdio: ('pipe' | 'ignore' | number)[] = [
    stdin === 'null' || stdin === 'closed' ? 'ignore' : 'pipe',
    options.stdout ?? 'pipe',
    'pipe',
  ];
  for (const [number, text] of Object.entries(options.fds ?? {})) {
    const path = join(scratch, number);
    writeFileSync(path, text, { mode: 0o600 });
    const descriptor = openSync(path, 'r');
    opened.push(descriptor);
    while (stdio.length < Number(number)) stdio.push('ignore');
    stdio[Number(number)] = descriptor;
  }
  const closed = stdin === 'closed' ? ['sh', '-c', 'exec "$@" <&-', 'sh'] : [];
  const [file = '', ...rest] = [...(options.prefix ?? []), ...closed, ...argv];
  const child = spawn(file, rest, {
    cwd: options.cwd ?? tmpdir(),
    env: environment(options),
    stdio,
    detached: true,
  });
  for (const descriptor of opened) closeSync(descriptor);
  child.stdin?.on('error', () => {});
  if (stdin instanceof Uint8Array) child.stdin?.end(stdin);
  const ended = collect(child).finally(() => rmSync(scratch, { recursive: true, force: true }));
  return { child, ended };
}

function environment({ home, env = {} }: RunOptions): Record<string, string> {
  const entries = Object.entries({ ...baseEnvironment(home), ...env });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function collect(child: ChildProcess): Promise<Ran> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let hung = false;
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  const timer = setTimeout(() => {
    hung = true;
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, longestRun);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      const output = Buffer.concat(stdout);
      const text = output.toString();
      resolve({
        status,
        signal,
        hung,
        output,
        stdout: text,
        stderr: Buffer.concat(stderr).toString(),
        json: () => oneDocument(text),
      });
    });
  });
}

function oneDocument(text: string): Record<string, unknown> {
  if (!text.endsWith('\n') || text.indexOf('\n') !== text.length - 1) {
    throw new Error(`expected exactly one line of JSON on standard output, got ${JSON.stringify(text.slice(0, 300))}`);
  }
  return JSON.parse(text) as Record<string, unknown>;
}
