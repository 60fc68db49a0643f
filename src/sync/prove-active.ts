import { settleBinLinks } from './bin-links.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { expectation, releaseArgv, runOutcome, saying, type Outcome, type ReleaseAt } from './release-command.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** Milliseconds between two looks, at first and at most. */
const [firstPause, longestPause] = [500, 10_000];

/**
 * After `current` was changed: makes the links in `<prefix>/bin`, which a service may be started by; runs the declared restart hook once, then the health command again and
 * again until it passes or its time is up. Answers what failed with its last lines, or undefined.
 * Both get VALOPS_NAME, VALOPS_VERSION and VALOPS_RELEASE (the directory). A hook that starts a program
 * itself must detach it (setsid): what it leaves in its process group is killed.
 */
export async function proveActive(
  doors: StoreDoors,
  declaration: Declaration,
  release: ReleaseAt,
): Promise<string | undefined> {
  settleBinLinks(doors, declaration, release.files);
  const { restart, health, name } = declaration;
  const environment = { VALOPS_NAME: name, VALOPS_VERSION: release.version, VALOPS_RELEASE: release.path };
  const { processes } = doors.context;
  try {
    if (restart !== undefined) {
      const [argv, expect] = [releaseArgv(doors, declaration, restart, release), expectation(restart, release)];
      const { problem, tail } = await runOutcome(processes, argv, { expect, timeout: restart.timeout }, environment);
      if (problem !== undefined) return `the restart hook "${restart.run.join(' ')}" failed: ${problem}${saying(tail)}`;
    }
    if (health === undefined) return undefined;
    const [argv, expect] = [releaseArgv(doors, declaration, health, release), expectation(health, release)];
    const { problem, tail } = await untilHealthy(doors, argv, { expect, timeout: health.timeout }, environment);
    if (problem === undefined) return undefined;
    return `"${health.run.join(' ')}" was not healthy within ${health.timeout} ms: ${problem}${saying(tail)}`;
  } catch (error) {
    // a release of another version may lack the program: as bad as one that fails
    if (error instanceof ValopsError) return error.message;
    throw error;
  }
}

async function untilHealthy(
  { context }: StoreDoors,
  argv: [string, ...string[]],
  { expect, timeout }: { readonly expect: string | undefined; readonly timeout: number },
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const end = context.clock.monotonic() + timeout;
  for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
    const left = Math.max(1, Math.round(end - context.clock.monotonic()));
    const outcome = await runOutcome(context.processes, argv, { expect, timeout: left }, environment);
    if (outcome.problem === undefined || context.clock.monotonic() + pause >= end) return outcome;
    await new Promise((resolve) => {
      setTimeout(resolve, pause);
    });
  }
}
