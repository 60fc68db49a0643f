/**
 * The one error class, and the one table from which every exit status is read.
 * OPERATIONS.md lists every code of this table under "When it says…" (a test compares them).
 */

/** Exit statuses of the command line, as printed in OPERATIONS.md. */
export const exitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  findings: 3,
  refused: 4,
  rolledBack: 5,
  rollbackUnproven: 6,
  interrupted: 130,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

const table = {
  // usage and configuration
  USAGE: 2,
  USAGE_NO_TERMINAL: 2,
  USAGE_PASSPHRASE: 2,
  CONFIG_ENVIRONMENT: 2,
  // files and state
  FILE_NOT_FOUND: 1,
  FILE_UNREADABLE: 1,
  FILE_UNWRITABLE: 1,
  FILE_TOO_LARGE: 1,
  FILE_EXISTS: 4,
  FILE_NOT_PROVEN: 1,
  LOCK_BUSY: 1,
  LOCK_UNAVAILABLE: 1,
  MEMORY_UNAVAILABLE: 4,
  JOURNAL_BROKEN: 1,
  JOURNAL_UNWRITABLE: 1,
  // age
  AGE_RECIPIENT_INVALID: 2,
  AGE_RECIPIENTS_MIXED: 2,
  AGE_IDENTITY_INVALID: 1,
  AGE_ARMOR_INVALID: 1,
  AGE_HEADER_INVALID: 1,
  AGE_PAYLOAD_INVALID: 1,
  AGE_NO_IDENTITY_MATCH: 1,
  AGE_PASSPHRASE_WRONG: 1,
  AGE_PLUGIN_MISSING: 1,
  AGE_PLUGIN_FAILED: 1,
  AGE_OUTPUT_TERMINAL: 2,
  // age keys
  KEY_EXISTS: 4,
  KEY_NOT_FOUND: 1,
  KEY_UNSAFE_MODE: 4,
  KEY_MISMATCH: 4,
  // identities
  IDENTITY_ONLINE: 4,
  IDENTITY_SINGLE_RECIPIENT: 4,
  IDENTITY_PAYLOAD_INVALID: 1,
  IDENTITY_CARD_INVALID: 1,
  IDENTITY_CARD_MISMATCH: 4,
  IDENTITY_FOREIGN: 4,
  IDENTITY_UNPROVEN: 1,
  IDENTITY_GENERATOR_FAILED: 1,
  IDENTITY_WORDS_INVALID: 1,
  // rehearsal
  REHEARSAL_FAILED: 1,
  // processes
  PROCESS_FAILED: 1,
  PROCESS_MISSING: 1,
  // hosts
  HOST_UNREACHABLE: 1,
  HOST_TIMEOUT: 1,
  HOST_KEY_UNKNOWN: 4,
  HOST_KEY_CHANGED: 4,
  HOST_AUTH_FAILED: 1,
  HOST_NOT_ROOT: 1,
  HOST_CONNECTION_LOST: 1,
  CONFIG_INVALID: 2,
  // plans
  PLAN_INVALID: 2,
  PLAN_STALE: 4,
  PLAN_REFUSED: 4,
  // applying
  APPLY_STEP_FAILED: 5,
  APPLY_INTERRUPTED: 5,
  APPLY_UNVERIFIED: 5,
  // the guard
  GUARD_BUSY: 4,
  GUARD_NOT_ARMED: 1,
  GUARD_NONE: 1,
  GUARD_OLD_LOGIN: 4,
  GUARD_REHEARSAL_FAILED: 4,
  GUARD_ROLLED_BACK: 5,
  GUARD_UNPROVEN: 6,
  // audits
  AUDIT_FACTS_INVALID: 2,
  AUDIT_REPORT_INVALID: 1,
  AUDIT_STATE_INVALID: 1,
  // interruption
  INTERRUPTED: 130,
} as const satisfies Record<string, ExitStatus>;

export type ErrorCode = keyof typeof table;

/** All codes with their exit statuses, for the documentation and its test. */
export const errorCodes: Readonly<Record<ErrorCode, ExitStatus>> = table;

export interface ErrorDetails {
  /** One next action: an imperative sentence or a command that can be pasted. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * Every error this program means to raise. `message` says what happened: lowercase, no final
 * period, the thing in quotes. Anything else that escapes is a bug and is reported as one.
 */
export class ValopsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ValopsError';
    this.code = code;
    this.hint = details.hint;
  }

  get exitStatus(): ExitStatus {
    return table[this.code];
  }
}

/** The `code` of a Node system error (`ENOENT`, `EACCES`, …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
