import { CommanderError } from 'commander';
import type { Document } from '../core/result.ts';
import { exitStatus, ValopsError, type ExitStatus } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';

/** An error as the command line reports it, in either form. */
export interface ErrorReport {
  readonly exitStatus: ExitStatus;
  readonly document: Document;
  /** Lines for standard error, already prefixed and ended. */
  readonly text: string;
}

/** Turns whatever escaped a command into a report. Unknown errors are bugs and say so. */
export function reportError(error: unknown, version: string): ErrorReport {
  const known = error instanceof CommanderError ? fromCommander(error) : error;
  if (known instanceof ValopsError) return report(known.code, known.message, known.hint, known.exitStatus);
  const message = known instanceof Error ? `${known.name}: ${known.message}` : String(known);
  const stack = known instanceof Error && known.stack !== undefined ? known.stack.split('\n').slice(1, 6) : [];
  return report(
    'BUG',
    `this is a bug in valops ${version}: ${message}${stack.map((line) => `\n${line}`).join('')}`,
    'Report it with the command you ran; leave out anything secret.',
    exitStatus.failed,
  );
}

function report(code: string, message: string, hint: string | undefined, status: ExitStatus): ErrorReport {
  const lines = [`valops: ${message}`, ...(hint === undefined ? [] : [`valops: hint: ${hint}`])];
  return {
    exitStatus: status,
    document: { schema: 'valops/error/1', code, message, hint: hint ?? null, exitStatus: status },
    text: printable(`${lines.join('\n')}\n`),
  };
}

/** commander says `error: …` and puts its suggestion on a line of its own. */
function fromCommander(error: CommanderError): ValopsError {
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const message = first.replace(/\.$/, '').replaceAll("'", '"');
  const hint = suggestion?.replace(/^\((.*)\)$/, '$1') ?? 'Run the command with --help.';
  return new ValopsError('USAGE', message, { hint, cause: error });
}
