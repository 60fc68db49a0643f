import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/** A program which prints a new key. */
export interface Generator {
  /** `{dir}` in any word becomes the memory directory. */
  readonly argv: readonly string[];
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
}

/** The namespaces a generator may run in, the first that works: no network, and no process outlives it. */
const isolations = [
  ['unshare', '--net', '--pid', '--fork', '--kill-child', '--'],
  ['unshare', '--user', '--map-root-user', '--net', '--pid', '--fork', '--kill-child', '--'],
] as const;

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Runs a generator to its end and lends `work` what it printed: standard output, then standard
 * error, as text. It runs in a memory directory (also its HOME, TMPDIR and working directory) with
 * an otherwise empty environment, and without network where the kernel allows; the directory and
 * the output buffers are destroyed in any case.
 *
 * Throws PROCESS_MISSING, MEMORY_UNAVAILABLE, and IDENTITY_GENERATOR_FAILED for a timeout or an exit
 * other than 0. Errors tell how much it printed but nothing of it, since that may hold the key.
 */
export async function withGeneratorOutput<T>(
  context: Context,
  { argv, timeout }: Generator,
  work: (texts: readonly [string, string]) => T,
): Promise<T> {
  const [program = '', ...words] = argv;
  const file = findProgram(context, program);
  const directory = context.memory.directory('generator');
  try {
    const env = { PATH: path, HOME: directory.path, TMPDIR: directory.path, LANG: 'C.UTF-8' };
    const options = { cwd: directory.path, env };
    const prefix = await findIsolation(context, options);
    const expanded = [file, ...words].map((word) => word.replaceAll('{dir}', directory.path));
    const [first = file, ...rest] = [...prefix, ...expanded];
    const result = await context.processes.run([first, ...rest], { ...options, timeout });
    try {
      const printed = `after printing ${result.stdout.length} and ${result.stderr.length} bytes (stdout and stderr)`;
      if (result.timedOut) throw failed(`"${program}" did not end within ${timeout / 1000} s, ${printed}`);
      if (result.exitCode !== 0) {
        throw failed(`"${program}" ended with ${result.signal ?? `status ${result.exitCode}`} ${printed}`);
      }
      return work([result.stdout.use(decode), result.stderr.use(decode)]);
    } finally {
      result.stdout.wipe();
      result.stderr.wipe();
    }
  } finally {
    directory.destroy();
  }
}

/** Found before anything runs: below unshare a missing program would be an exit status like any other. */
function findProgram(context: Context, program: string): string {
  const file = context.processes.find(program);
  if (file !== null) return file;
  throw new ValopsError('PROCESS_MISSING', `there is no program "${program}"`, {
    hint: 'Give --generator the path of the program.',
  });
}

async function findIsolation(
  context: Context,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<readonly string[]> {
  if (context.processes.find('unshare') !== null) {
    for (const isolation of isolations) {
      const probe = await context.processes.run([...isolation, 'true'], { ...options, timeout: 10_000 });
      if (probe.exitCode === 0) return isolation;
    }
  }
  context.events.emit({
    kind: 'warning',
    message: 'the generator runs in the network of this machine: a namespace without one is not available',
    hint: 'Run it where unshare (util-linux) and user namespaces work, or as root.',
  });
  return [];
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function failed(message: string): ValopsError {
  return new ValopsError('IDENTITY_GENERATOR_FAILED', message, {
    hint: 'Run the generator by hand on a throw-away directory and see what it needs.',
  });
}
