import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import type { Isolation } from './isolation.ts';

/** Milliseconds after which a command of the rehearsal counts as hanging. */
const commandTimeout = 120_000;

/** The three places of the ceremony; each has a `VALOPS_HOME` of its own, as in life. */
export const places = ['host', 'offline', 'escrow'] as const;
export type Place = (typeof places)[number];

/** Runs real commands in the sandbox, as the operator would type them. */
export interface Stage {
  readonly sandbox: string;
  readonly isolation: Isolation;
  keyFile(place: Place): string;
  /** Runs `valops` at a place, expects an exit status and answers its JSON document. */
  valops(place: Place, args: readonly string[], expected?: number): Promise<Readonly<Record<string, unknown>>>;
  /** Runs any program without a network, expects exit 0 and answers its output. */
  run(argv: readonly [string, ...string[]]): Promise<Secret>;
}

/** `program` is how this very program is called: runtime and script. */
export function setStage(
  context: Context,
  sandbox: string,
  isolation: Isolation,
  program: readonly string[],
  path: string,
): Stage {
  const environment = (home: string): Record<string, string> => ({
    PATH: path,
    HOME: sandbox,
    TMPDIR: sandbox,
    VALOPS_HOME: home,
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
  });
  const execute = async (argv: readonly string[], home: string, expected: number): Promise<Secret> => {
    const [first = '', ...rest] = [...isolation.prefix, ...argv];
    const result = await context.processes.run([first, ...rest], {
      cwd: sandbox,
      env: environment(home),
      timeout: commandTimeout,
    });
    const said = result.stderr.useText((text) => text.trim());
    if (result.exitCode === expected) return result.stdout;
    const end = result.timedOut
      ? 'did not end in time'
      : `ended with ${result.exitCode ?? result.signal}, expected ${expected}`;
    throw new ValopsError(
      'REHEARSAL_FAILED',
      `"${argv.slice(program.length === 0 ? 0 : 1).join(' ')}" ${end}: ${said}`,
      {
        hint: 'Nothing of the rehearsal is left. Mend what the message names and rehearse again.',
      },
    );
  };
  return {
    sandbox,
    isolation,
    keyFile: (place) => join(sandbox, place, 'age', 'host-identity.key'),
    async valops(place, args, expected = 0) {
      const output = await execute([...program, ...args, '--json'], join(sandbox, place), expected);
      return output.useText((text) => JSON.parse(text) as Record<string, unknown>);
    },
    run: (argv) => execute(argv, sandbox, 0),
  };
}
