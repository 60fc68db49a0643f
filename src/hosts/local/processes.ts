import type { Readable } from 'node:stream';
import type { Conversation, ConversationEnd, Processes, RunOptions, RunResult } from '../../core/process.ts';
import { ValopsError } from '../../lib/errors.ts';
import { Secret } from '../../lib/secret.ts';
import { collectOutput } from './capped-output.ts';
import { guardGroup, type RegisterEnd } from './process-group.ts';
import { findProgram } from './program-path.ts';

/** What a program we talk to may need of our own environment: sessions, sockets, languages; no secrets of ours. */
const passedOn =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_[A-Z]+|TZ|TMPDIR|TERM|DISPLAY|WAYLAND_DISPLAY|DBUS_SESSION_BUS_ADDRESS|XDG_RUNTIME_DIR|XDG_CONFIG_HOME|PCSCLITE_CSOCK_NAME|AGE_[A-Z_]+|AGEDEBUG)$/;

type Environment = Readonly<Record<string, string | undefined>>;

/** The process door, on execa, which is loaded when the first program is started. */
export function createProcesses(environment: Environment, register: RegisterEnd = () => () => {}): Processes {
  const searchPath = environment['PATH'] ?? '';
  return {
    find: (program) => findProgram(program, searchPath),
    run: async (argv, options) => run(argv, options, resolveProgram(argv[0], searchPath), register),
    converse: async (argv) => converse(argv, resolveProgram(argv[0], searchPath), environment, register),
  };
}

/** Options common to every child: nothing inherited, its own process group, no copies kept by execa. */
const base = {
  extendEnv: false,
  reject: false,
  buffer: false,
  detached: true,
  stripFinalNewline: false,
  encoding: 'buffer',
} as const;

/** Milliseconds which a killed child's pipes may stay open in the hands of a process that left its group. */
const drain = 250;

async function run(
  argv: readonly string[],
  options: RunOptions,
  program: string,
  register: RegisterEnd,
): Promise<RunResult> {
  const { execa } = await import('execa');
  const child = execa(program, argv.slice(1), {
    ...base,
    env: options.env,
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  if (child.pid === undefined) throw notStarted(argv[0] ?? '', (await child).cause);
  const group = guardGroup(child.pid, register);
  const stdout = takeOutput(child.stdout, options.sinks?.stdout);
  const stderr = takeOutput(child.stderr, options.sinks?.stderr);
  // A child that does not read its input closes the pipe early: its right.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(options.input);

  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    group.kill();
    setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, drain).unref();
  }, options.timeout);
  const result = await child;
  clearTimeout(timer);
  // What the child left running in its group has nothing more to do for us.
  group.kill();
  group.release();
  return {
    exitCode: result.exitCode ?? null,
    signal: result.signal ?? null,
    timedOut,
    stdout: stdout(),
    stderr: stderr(),
  };
}

function takeOutput(stream: Readable, sink: ((chunk: Uint8Array) => void) | undefined): () => Secret {
  if (sink === undefined) return collectOutput(stream);
  stream.on('data', sink);
  stream.on('error', () => undefined);
  return () => new Secret(new Uint8Array());
}

async function converse(
  argv: readonly string[],
  program: string,
  environment: Environment,
  register: RegisterEnd,
): Promise<Conversation> {
  const { execa } = await import('execa');
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => passedOn.test(name)));
  const child = execa(program, argv.slice(1), { ...base, env, stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' });
  if (child.pid === undefined) throw notStarted(argv[0] ?? '', (await child).cause);
  const group = guardGroup(child.pid, register);
  let closed: Promise<ConversationEnd> | undefined;
  // Reported by the write that fails; without a listener it would end this process.
  child.stdin.on('error', () => undefined);

  async function end(grace: number): Promise<ConversationEnd> {
    child.stdin.end();
    // Output nobody reads any more must not keep the child from ending.
    child.stdout.resume();
    const timer = setTimeout(() => {
      group.kill();
      setTimeout(() => child.stdout.destroy(), drain).unref();
    }, grace);
    const result = await child;
    clearTimeout(timer);
    group.kill();
    group.release();
    return { exitCode: result.exitCode ?? null, signal: result.signal ?? null };
  }

  return {
    // Reading may pause and go on: leaving a loop early must not close the pipe.
    output: { [Symbol.asyncIterator]: () => child.stdout.iterator({ destroyOnReturn: false }) },
    write: (bytes) =>
      new Promise((resolve, reject) => {
        child.stdin.write(bytes, (error) => {
          if (error === null || error === undefined) resolve();
          else reject(new ValopsError('PROCESS_FAILED', `"${argv[0]}" stopped listening`, { cause: error }));
        });
      }),
    finish: () => void child.stdin.end(),
    close: (grace) => (closed ??= end(grace)),
  };
}

function resolveProgram(program: string, searchPath: string): string {
  const path = findProgram(program, searchPath);
  if (path !== null) return path;
  throw new ValopsError('PROCESS_MISSING', `program "${program}" was not found`, {
    hint: program.includes('/')
      ? 'Check the path and that the file is executable.'
      : 'Install it, or add its directory to PATH.',
  });
}

function notStarted(program: string, cause: unknown): ValopsError {
  return new ValopsError('PROCESS_FAILED', `program "${program}" could not be started`, {
    hint: 'Run it by hand to see why.',
    cause,
  });
}
