import { CommanderError, type Command } from 'commander';
import { exitStatus, systemErrorCode, ValopsError } from '../lib/errors.ts';
import type { Bind, Invocation, Outcome } from './command.ts';
import { nouns } from './nouns.ts';
import { buildProgram } from './program.ts';
import { reportError } from './report-error.ts';
import type { Session } from './session.ts';

declare const VALOPS_VERSION: string;

/**
 * Runs one command line and resolves to its exit status; never rejects. The process itself
 * (exit, signals) is the business of `start`.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const version = VALOPS_VERSION;
  const json = argv.includes('--json') && !argv.slice(0, argv.indexOf('--json')).includes('--');
  let session: Session | undefined;
  let called = '';
  const open = async (): Promise<Session> =>
    (session ??= (await import('./session.ts')).openSession({ version, command: called }));
  let status: number = exitStatus.done;

  const bind: Bind = (command, handler) => {
    command.action(async (...values: unknown[]) => {
      called = wordsOf(command);
      const { args, options } = readAction(command, values);
      const outcome = await handler({
        args,
        options,
        context: async () => (await open()).context,
        program: () => buildProgram(version, 'shown', () => {}),
      });
      await session?.close();
      if (outcome !== undefined) {
        await print(outcome, json);
        status = outcome.exitStatus ?? exitStatus.done;
      }
    });
  };

  try {
    const program = await buildProgram(version, calledNoun(argv), bind);
    if (argv.length === 0) {
      process.stderr.write(program.helpInformation());
      return exitStatus.usage;
    }
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitStatus.done;
    await session?.close();
    const report = reportError(missingVerb(error, argv), version);
    // an output that takes nothing must not hide the exit status
    await write(process.stderr, report.text).catch(() => {});
    if (json) await write(process.stdout, `${JSON.stringify(report.document)}\n`).catch(() => {});
    return report.exitStatus;
  } finally {
    session?.cleanUp();
  }
  return status;
}

/** Noun and verb of a command: `keys escrow split`. */
function wordsOf(command: Command): string {
  const above = command.parent === null || command.parent.parent === null ? '' : `${wordsOf(command.parent)} `;
  return above + command.name();
}

/** The first word that is not an option: the noun, if it is one. */
function calledNoun(argv: readonly string[]): string | undefined {
  const word = argv.find((arg) => !arg.startsWith('-'));
  return nouns.some((noun) => noun.name === word) ? word : undefined;
}

/** A noun without its verb: commander wants to print help and fail; we name the verbs. */
function missingVerb(error: unknown, argv: readonly string[]): unknown {
  if (!(error instanceof CommanderError) || error.code !== 'commander.help') return error;
  return new ValopsError('USAGE', `"valops ${argv.join(' ')}" needs a further word`, {
    hint: `valops ${argv.join(' ')} --help`,
    cause: error,
  });
}

/** commander hands over each argument, undefined where an optional one is missing, a list for a variadic one. */
function readAction(command: Command, values: readonly unknown[]): Pick<Invocation, 'args' | 'options'> {
  const args = (values as readonly (string | undefined | readonly string[])[]).slice(
    0,
    command.registeredArguments.length,
  );
  return { args: args.flat(), options: command.opts() };
}

async function print(outcome: Outcome, json: boolean): Promise<void> {
  if (json) {
    const { jsonPieces } = await import('../lib/json-pieces.ts');
    for (const piece of jsonPieces(outcome.document)) await write(process.stdout, piece);
    await write(process.stdout, '\n');
    return;
  }
  const terminal = process.stdout.isTTY === true;
  const { styleFor, plainStyle } = await import('../ui/style.ts');
  const style = terminal ? await styleFor(terminal, process.env) : plainStyle(false);
  const { printable } = await import('../lib/printable.ts');
  // completion scripts hold tabs and are for shells, not for eyes
  const text = terminal ? printable(outcome.text(style)) : outcome.text(style);
  if (text !== '') await write(process.stdout, text);
}

/** Resolves when the system took the text; a reader that went away (EPIPE) is not an error. Throws FILE_UNWRITABLE. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (cause) => {
      const code = systemErrorCode(cause);
      if (code === undefined || code === 'EPIPE') resolve();
      else {
        reject(
          new ValopsError('FILE_UNWRITABLE', `cannot write the result to standard output (${code})`, {
            hint: 'What was done is done; show it again with the command that shows it.',
            cause,
          }),
        );
      }
    });
  });
}
