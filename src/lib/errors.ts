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
  FILE_NOT_PRIVATE: 4,
  LOCK_BUSY: 1,
  LOCK_UNAVAILABLE: 1,
  MEMORY_UNAVAILABLE: 4,
  MEMORY_LEFT: 1,
  JOURNAL_BROKEN: 1,
  JOURNAL_UNWRITABLE: 1,
  JOURNAL_HEAD_INVALID: 2,
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
  // escrow
  ESCROW_SHARE_INVALID: 1,
  ESCROW_SHARES_MIXED: 4,
  ESCROW_TOO_FEW: 1,
  ESCROW_UNPROVEN: 1,
  ESCROW_TRUSTEES_UNSAFE: 4,
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
  // backups
  BACKUP_NOTHING_DECLARED: 2,
  BACKUP_SOURCE_UNSAFE: 4,
  BACKUP_SOURCE_CHANGING: 1,
  BACKUP_STATE_MISSING: 4,
  BACKUP_HOST_ONLY: 4,
  BACKUP_BESIDE_KEY: 4,
  BACKUP_DESTINATION_UNSAFE: 4,
  BACKUP_COPY_FAILED: 1,
  BACKUP_DAMAGED: 1,
  BACKUP_CATALOGUE_BROKEN: 1,
  BACKUP_STATE_NEWER: 4,
  BACKUP_PLACE_TAKEN: 4,
  // changing recipients
  RESEAL_NOTHING_FOUND: 1,
  RESEAL_FOREIGN: 4,
  RESEAL_RECIPIENTS_UNKNOWN: 4,
  RESEAL_NO_PROOF: 4,
  RESEAL_REMOVED_STAYS: 4,
  RESEAL_UNPROVEN: 1,
  RESEAL_FILE_CHANGED: 4,
  RESEAL_RECORD_BROKEN: 1,
  // ceremony
  CEREMONY_ANSWERS_INVALID: 2,
  CEREMONY_UNFINISHED: 4,
  CEREMONY_STATE_INVALID: 1,
  CEREMONY_SURROUNDINGS: 4,
  CEREMONY_NOT_AGREED: 4,
  CEREMONY_CHANGED: 4,
  CEREMONY_UNPROVEN: 1,
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
  // the network
  DOWNLOAD_INSECURE: 4,
  DOWNLOAD_FAILED: 1,
  DOWNLOAD_TIMEOUT: 1,
  DOWNLOAD_TOO_LARGE: 4,
  DOWNLOAD_SHORT: 1,
  DOWNLOAD_MISMATCH: 4,
  DOWNLOAD_NOT_ARTIFACT: 4,
  // pinned binaries
  SYNC_UNKNOWN_BINARY: 2,
  SYNC_LOCK_INVALID: 2,
  SYNC_UNPINNED: 4,
  SYNC_PIN_OUTDATED: 4,
  SYNC_NO_PLATFORM: 2,
  SYNC_SOURCE_FAILED: 1,
  SYNC_CHECKSUM_MISMATCH: 4,
  SYNC_SIGNATURE_INVALID: 4,
  SYNC_SIGNERS_TOO_FEW: 4,
  SYNC_VERIFIER_BLIND: 4,
  SYNC_UNSIGNED: 4,
  SYNC_ARCHIVE_INVALID: 1,
  SYNC_ARCHIVE_UNSAFE: 4,
  SYNC_MEMBER_MISSING: 1,
  SYNC_WRONG_PLATFORM: 4,
  SYNC_DOWNGRADE: 4,
  SYNC_HELD: 4,
  SYNC_UNSAFE_PREFIX: 4,
  SYNC_NO_SPACE: 1,
  SYNC_CHECK_FAILED: 1,
  SYNC_HEALTH_FAILED: 5,
  SYNC_SWITCH_UNPROVEN: 6,
  SYNC_RELEASE_BROKEN: 4,
  SYNC_NO_RELEASE: 1,
  SYNC_BUNDLE_INVALID: 4,
  SYNC_BUNDLE_INCOMPLETE: 1,
  // audits
  AUDIT_BASELINE_REFUSED: 4,
  AUDIT_FACTS_INVALID: 2,
  AUDIT_REPORT_INVALID: 1,
  AUDIT_REPORT_FORGED: 4,
  AUDIT_REPORT_UNSIGNED: 4,
  AUDIT_SIGNER_CHANGED: 4,
  AUDIT_STATE_INVALID: 1,
  AUDIT_URL_FILE_INVALID: 2,
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
