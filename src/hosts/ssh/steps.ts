import { ValopsError } from '../../lib/errors.ts';

/** The protocol steps up to the first command, as messages name them. */
export type Step =
  | 'connection through the jump host'
  | 'connection to a socket of the host'
  | 'TCP connection'
  | 'identification of the server'
  | 'key exchange'
  | 'authentication'
  | 'channel'
  | 'command';

/** Watches over steps which follow each other, each with the same time. */
export interface Steps {
  enter(step: Step): void;
  /** The step that is running. */
  current(): Step;
  /** No step is running any more. */
  end(): void;
}

/** Calls `expired` with HOST_TIMEOUT, naming host and step, when a step takes longer than `timeout` milliseconds. */
export function watchSteps(host: string, timeout: number, expired: (error: ValopsError) => void): Steps {
  let timer: NodeJS.Timeout | undefined;
  let running: Step = 'TCP connection';
  return {
    enter(step) {
      clearTimeout(timer);
      running = step;
      timer = setTimeout(() => expired(timeoutError(host, step, timeout)), timeout);
    },
    current: () => running,
    end: () => clearTimeout(timer),
  };
}

/** HOST_TIMEOUT of one step. */
export function timeoutError(host: string, step: Step, timeout: number): ValopsError {
  return new ValopsError('HOST_TIMEOUT', `"${host}" did not answer within ${timeout / 1000} s (step: ${step})`, {
    hint: 'Check that the host is up and not overloaded, and what stands between it and here.',
  });
}
