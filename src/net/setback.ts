import type { ValopsError } from '../lib/errors.ts';

/** A fault that may be gone at the next attempt. Never leaves this folder. */
export class Setback extends Error {
  /** What is thrown when no further attempt is made. */
  readonly error: ValopsError;
  /** Milliseconds which the server asked to wait, if it did. */
  readonly wait: number | undefined;

  constructor(error: ValopsError, wait?: number) {
    super(error.message, { cause: error });
    this.error = error;
    this.wait = wait;
  }
}
