import type { Context } from '../core/context.ts';
import { generatorFile, identitySteps, journalSteps, keySteps, type CeremonyStep } from './ceremony.ts';
import { generatorSource } from './generator.ts';
import { findIsolation } from './isolation.ts';
import { setStage } from './stage.ts';

export interface RehearsalRequest {
  readonly kinds: readonly string[];
  /** How this program is called: runtime and script, absolute. */
  readonly program: readonly [string, string];
  /** Search path for `unshare` and stock `age`. */
  readonly path: string;
}

export interface RehearsalReport {
  readonly kinds: readonly string[];
  readonly steps: readonly {
    readonly id: string;
    readonly title: string;
    readonly proof: string;
    readonly milliseconds: number;
  }[];
  readonly milliseconds: number;
  readonly network: 'none' | 'as on this machine';
  /** Version of the stock age that opened the seals too, or `not installed`. */
  readonly stockAge: string;
  readonly sandbox: 'in memory, destroyed';
}

/**
 * Performs the whole ceremony with throw-away keys: real commands, real files, no privileges, in a
 * memory-backed directory and without a network where the kernel allows that. Everything is
 * destroyed at the end, and that is checked.
 *
 * Throws REHEARSAL_FAILED at the first proof that does not hold, MEMORY_UNAVAILABLE without a tmpfs,
 * MEMORY_LEFT when something could not be destroyed.
 */
export async function rehearse(context: Context, request: RehearsalRequest): Promise<RehearsalReport> {
  const started = context.clock.monotonic();
  const sandbox = context.memory.directory('rehearsal');
  try {
    const environment = { PATH: request.path };
    const isolation = await findIsolation(context, environment);
    const stage = setStage(context, sandbox.path, isolation, request.program, request.path);
    const age = context.processes.find('age');
    const stockAge = age === null ? 'not installed' : await versionOf(context, age, environment);
    if (request.kinds.includes('command')) {
      context.files.create(generatorFile(stage), new TextEncoder().encode(generatorSource), { mode: 0o600 });
    }
    const steps = [
      ...keySteps(context, stage),
      ...request.kinds.flatMap((kind) => identitySteps(context, stage, kind, request.program[0], age)),
      ...journalSteps(stage),
    ];
    const done = await perform(context, steps);
    sandbox.destroy();
    const milliseconds = context.clock.monotonic() - started;
    return {
      kinds: request.kinds,
      steps: done,
      milliseconds,
      network: isolation.network,
      stockAge,
      sandbox: 'in memory, destroyed',
    };
  } finally {
    sandbox.destroy();
  }
}

async function perform(context: Context, steps: readonly CeremonyStep[]): Promise<RehearsalReport['steps']> {
  context.events.emit({ kind: 'steps', steps: steps.map(({ id, title }) => ({ id, title })) });
  const done: { id: string; title: string; proof: string; milliseconds: number }[] = [];
  for (const { id, title, run } of steps) {
    const started = context.clock.monotonic();
    context.events.emit({ kind: 'step', id, title, state: 'start' });
    try {
      const proof = await run();
      done.push({ id, title, proof, milliseconds: Math.round(context.clock.monotonic() - started) });
      context.events.emit({ kind: 'step', id, title, state: 'done', ...(proof === '' ? {} : { detail: proof }) });
    } catch (error) {
      context.events.emit({ kind: 'step', id, title, state: 'failed' });
      throw error;
    }
  }
  return done;
}

async function versionOf(context: Context, age: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await context.processes.run([age, '--version'], { env, timeout: 10_000 });
  return stdout.useText((text) => text.trim());
}
