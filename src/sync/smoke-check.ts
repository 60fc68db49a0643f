import { ValopsError } from '../lib/errors.ts';
import { confinement } from './confine.ts';
import type { Declaration } from './declaration.ts';
import { expectation, releaseArgv, runOutcome, saying, type ReleaseAt } from './release-command.ts';
import type { StoreDoors } from './safe-prefix.ts';

/**
 * Runs the declared `check` of a release that is not active yet, confined as far as this machine allows
 * (what it does not allow is noted). Its output must contain the version, or what `expect` says.
 *
 * Throws SYNC_CHECK_FAILED with its last lines, and CONFIG_INVALID when there is no such program.
 */
export async function smokeCheck(doors: StoreDoors, declaration: Declaration, release: ReleaseAt): Promise<void> {
  const { check, name } = declaration;
  if (check === undefined) return;
  const { context } = doors;
  const program = releaseArgv(doors, declaration, check, release);
  const [expect, { timeout }] = [expectation(check, release), check];
  const { argv, lacks } = await confinement(doors, release.path);
  if (lacks.length > 0) {
    context.events.emit({ kind: 'note', message: `the check of "${name}" is less confined: ${lacks.join('; ')}` });
  }
  const [first = program[0], ...rest] = [...argv, ...program];
  const outcome = await runOutcome(context.processes, [first, ...rest], { expect, timeout }, { HOME: '/nonexistent' });
  const problem = outcome.problem ?? missingVersion(outcome.output, release.version, expect);
  if (problem === undefined) return;
  throw new ValopsError(
    'SYNC_CHECK_FAILED',
    `the check "${check.run.join(' ')}" of "${name}" ${release.version} failed: ${problem}${saying(outcome.tail)}`,
    { hint: 'Nothing was switched. Correct "check" in valops.yaml, or pin another version.' },
  );
}

/** `1.2` is not in `11.2`, `0.1.2` or `1.20`; it is in `1.2.0`, as publishers print more than they name. */
function missingVersion(output: string, version: string, expect: string | undefined): string | undefined {
  const plain = version.replace(/^v(?=\d)/, '');
  if (expect !== undefined) return undefined;
  for (let at = output.indexOf(plain); at !== -1; at = output.indexOf(plain, at + 1)) {
    const [before, after] = [output.slice(Math.max(0, at - 2), at), output.slice(at + plain.length)];
    if (!/\d\.?$/.test(before) && !/^\d/.test(after)) return undefined;
  }
  return `its output does not name the version "${plain}"`;
}
