import { isAbsolute, join } from 'node:path';
import type { Processes, RunResult } from '../core/process.ts';
import type { Secret } from '../lib/secret.ts';
import { printable } from '../lib/printable.ts';
import { ValopsError } from '../lib/errors.ts';
import type { CommandSpec, Declaration } from './declaration.ts';
import { fillArgument } from './placeholders.ts';
import type { ReleaseRecord } from './release.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** A release on disk, as the commands of a declaration see it. */
export interface ReleaseAt {
  /** Absolute directory of the release. */
  readonly path: string;
  readonly version: string;
  readonly files: ReleaseRecord['files'];
  /** Fill the placeholders of commands. */
  readonly words: Readonly<Record<string, string>>;
}

/** How a command ended. */
export interface Outcome {
  /** Undefined when it did what was asked. */
  readonly problem?: string;
  /** Its last lines, fit for a terminal; empty when it said nothing. */
  readonly tail: string;
  readonly output: string;
}

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const tailLines = 5;

/**
 * The argument vector of a `check`, `health` or `restart`: the first word below the release unless it is
 * absolute. Throws CONFIG_INVALID, before anything runs, when there is no such program.
 */
export function releaseArgv(
  { context }: Pick<StoreDoors, 'context'>,
  { name }: Pick<Declaration, 'name'>,
  { run }: CommandSpec,
  { path, version, files, words }: ReleaseAt,
): [string, ...string[]] {
  const [program = '', ...rest] = run.map((word) => fillArgument(word, words));
  if (isAbsolute(program)) {
    if (context.processes.find(program) !== null) return [program, ...rest];
    throw new ValopsError('CONFIG_INVALID', `"${program}", which valops.yaml runs for "${name}", is no program here`, {
      hint: 'Install it, or correct "check", "health" or "restart" of this binary.',
    });
  }
  const file = files[program];
  if (file !== undefined && (parseInt(file.mode, 8) & 0o111) !== 0) return [join(path, program), ...rest];
  throw new ValopsError(
    'CONFIG_INVALID',
    `"${program}", which valops.yaml runs for "${name}", is no program of release ${version}`,
    { hint: `Write an absolute path, or one of: ${Object.keys(files).join(', ')}` },
  );
}

/** A declared command with its `expect` filled for one release. Throws CONFIG_INVALID for an unknown placeholder. */
export function expectation({ expect }: CommandSpec, { words }: ReleaseAt): string | undefined {
  return expect === undefined ? undefined : fillArgument(expect, words);
}

/** Runs to the end or the timeout (milliseconds) with an environment of its own. Any failure is an outcome. */
export async function runOutcome(
  processes: Processes,
  argv: readonly [string, ...string[]],
  { expect, timeout }: { readonly expect?: string | undefined; readonly timeout: number },
  environment: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const env = { PATH: searchPath, LC_ALL: 'C.UTF-8', ...environment };
  let result: RunResult;
  try {
    result = await processes.run(argv, { cwd: '/', env, timeout });
  } catch (error) {
    if (error instanceof ValopsError) return { problem: error.message, tail: '', output: '' };
    throw error;
  }
  const output = `${text(result.stdout)}\n${text(result.stderr)}`;
  const tail = printable(output.trim().split('\n').slice(-tailLines).join('\n').slice(-1000));
  const ended = result.signal === null ? `exit status ${result.exitCode}` : `signal ${result.signal}`;
  if (result.timedOut) return { problem: `it did not end within ${timeout} ms`, tail, output };
  if (result.exitCode !== 0) return { problem: `it ended with ${ended}, expected exit status 0`, tail, output };
  if (expect !== undefined && !output.includes(expect)) {
    return { problem: `its output does not contain "${expect}"`, tail, output };
  }
  return { tail, output };
}

/** The last lines of a program, for the end of a message. */
export function saying(tail: string): string {
  return tail === '' ? '; it said nothing' : `; it said:\n${tail}`;
}

function text(bytes: Secret): string {
  return bytes.use((raw) => new TextDecoder().decode(raw));
}
