import { type ErrorCode, type ExitStatus, ValopsError } from '../lib/errors.ts';

/** An error of one binary in a document, while the others go on. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly exitStatus: ExitStatus;
}

/** A failure as data. What is not ours is a bug and is thrown on. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof ValopsError)) throw error;
  const { code, message, hint = null, exitStatus } = error;
  return { code, message, hint, exitStatus };
}

/** From the gravest to the mildest: what a person must look at goes before what can be tried again. */
const gravity: readonly ExitStatus[] = [6, 5, 4, 1, 2];

/** The exit status for several failures, the gravest counts; undefined without any. */
export function worstStatus(failures: readonly (Failure | null)[]): ExitStatus | undefined {
  return gravity.find((status) => failures.some((failure) => failure?.exitStatus === status));
}
