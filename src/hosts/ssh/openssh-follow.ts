import type { Files } from '../../core/files.ts';
import type { Conversation } from '../../core/process.ts';
import { stepOf } from './openssh-log.ts';
import { watchSteps } from './steps.ts';

/** A running OpenSSH client, and what it writes. */
export interface Followed {
  readonly host: string;
  readonly client: Conversation;
  readonly files: Files;
  readonly log: string;
  /** Milliseconds for each protocol step. */
  readonly stepTimeout: number;
}

/** Milliseconds between two looks. */
const look = 25;

/**
 * Waits until the client ended or `served` says that it does its work. Throws HOST_TIMEOUT, naming
 * the step by the client's log, when a step takes too long.
 */
export async function follow(
  { host, client, files, log, stepTimeout }: Followed,
  served: () => boolean,
): Promise<'served' | 'ended'> {
  let ended = false;
  const output = drain(client).then(() => (ended = true));
  let expired: Error | undefined;
  const steps = watchSteps(host, stepTimeout, (error) => (expired = error));
  steps.enter('TCP connection');
  try {
    for (;;) {
      if (served()) return 'served';
      if (ended) return 'ended';
      if (expired !== undefined) throw expired;
      const step = stepOf(readLog(files, log));
      if (step !== steps.current()) steps.enter(step);
      await Promise.race([output, pause(look)]);
    }
  } finally {
    steps.end();
  }
}

/** The log so far; empty before the first line. */
export function readLog(files: Files, log: string): string {
  return files.stat(log) === null ? '' : new TextDecoder().decode(files.read(log, 4 * 1024 * 1024));
}

async function drain({ output }: Conversation): Promise<void> {
  for await (const _ of output) {
    // nothing is said there
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
