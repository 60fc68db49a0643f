import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Step } from '../../src/core/change.ts';
import { compileGuard } from '../../src/core/guard/guard-program.ts';
import type { GuardPlace } from '../../src/core/guard/place.ts';

export const trialId = '0123456789abcdef';

/** A guard put into its place by hand, without timer, as an arm followed by an apply leaves it. */
export function placeGuard(
  place: GuardPlace,
  undo: readonly Step[],
): { readonly here: string; readonly program: string } {
  const here = join(place.state, 'guard/current');
  mkdirSync(here, { recursive: true });
  mkdirSync(place.run, { recursive: true });
  const program = join(here, 'guard.sh');
  const order = { id: trialId, job: 'trial', planDigest: 'f'.repeat(64) };
  writeFileSync(program, compileGuard({ ...order, undo }, place));
  writeFileSync(join(here, 'meta.json'), `${JSON.stringify({ ...order, actor: 'alice', seconds: 60 })}\n`);
  writeFileSync(join(here, 'deadline'), '0\n');
  writeFileSync(join(here, `armed.${trialId}`), '');
  writeFileSync(join(here, 'apply.started'), '');
  writeFileSync(join(here, 'apply.done'), 'ok 1\n');
  writeFileSync(join(place.run, `valops-guard-${trialId}`), '');
  return { here, program };
}

/** The token's name: the state of the guard. */
export function tokenOf(here: string): readonly string[] {
  return readdirSync(here)
    .filter((name) => name.endsWith(`.${trialId}`))
    .map((name) => name.slice(0, -trialId.length - 1));
}

export function guardVerb(program: string, verb: string, shell: readonly string[] = ['sh']): number | null {
  const [command = '', ...args] = shell;
  return spawnSync(command, [...args, program, verb]).status;
}

/** Starts a verb in a session of its own; it is killed when the test ends. */
export function startVerb(program: string, verb: string, shell: readonly string[] = ['sh']): ChildProcess {
  const [command = '', ...args] = shell;
  const child = spawn(command, [...args, program, verb], { detached: true, stdio: 'ignore' });
  onTestFinished(() => killSession(child));
  return child;
}

/** SIGKILL to the process and everything in its group. */
export function killSession({ pid }: ChildProcess): void {
  if (pid === undefined || !existsSync(`/proc/${pid}`)) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.once('exit', (code) => resolve(code));
  });
}
