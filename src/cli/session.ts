import type { Context } from '../core/context.ts';
import { exitStatus, ValopsError } from '../lib/errors.ts';
import { createReporter } from '../ui/reporter.ts';
import { createCleanup } from './cleanup.ts';
import { createContext } from './context.ts';
import { endQuietlyWithoutTerminal } from './lost-terminal.ts';

/** The effects of one command line: its context, and what must be put right when it ends. */
export interface Session {
  readonly context: Context;
  /** Ends progress output; afterwards the terminal is free for the result. */
  close(): Promise<void>;
  /** Runs the cleanups that are left. Synchronous: it also serves signals. */
  cleanUp(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Opens the session of this process and takes over its signals. */
export function openSession(options: { readonly version: string; readonly command: string }): Session {
  const cleanup = createCleanup();
  const reporter = createReporter({ stream: process.stderr, variables: process.env });
  let stopping = false;
  const stop = (): void => {
    // a second one must not cut short what the first one removes
    if (stopping) return;
    stopping = true;
    const left = [...cleanup.sentences(), ...cleanup.run().map(textOf)];
    const lines = left.length === 0 ? ['what was unfinished has been removed'] : left;
    process.stderr.write(`\n${lines.map((line) => `valops: interrupted; ${line}\n`).join('')}`);
    process.exit(exitStatus.interrupted);
  };
  // also when a bug ends the process
  const end = (): void => {
    for (const error of cleanup.run()) process.stderr.write(`valops: ${textOf(error)}\n`);
  };
  for (const signal of signals) process.on(signal, stop);
  process.once('exit', end);
  endQuietlyWithoutTerminal();
  return {
    context: createContext({ ...options, events: reporter, cleanup }),
    close: () => reporter.close(),
    cleanUp() {
      for (const signal of signals) process.off(signal, stop);
      process.off('exit', end);
      end();
    },
  };
}

function textOf(error: unknown): string {
  if (!(error instanceof ValopsError)) return String(error);
  return error.hint === undefined ? error.message : `${error.message}; ${error.hint}`;
}
