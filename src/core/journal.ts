import type { JsonObject } from '../lib/canonical-json.ts';

/** What happened, as it is written to the journal. Values must not be secrets. */
export interface JournalRecord {
  /** Dotted verb, for example `identity.generate`. */
  readonly action: string;
  /** Why, in the operator's terms: `ceremony`, `restore to /etc/…`, `verify`. */
  readonly purpose: string;
  /** Fingerprints of the age keys that took part (`SHA256:…`), if any. */
  readonly keys?: readonly string[];
  /** Further facts: file names, digests, public ids, overrides. */
  readonly details?: JsonObject;
}

/** The last entry of a journal: where it stands, and what to compare with a copy kept elsewhere. */
export interface JournalHead {
  /** From 1. */
  readonly seq: number;
  /** Lowercase hex SHA-256. */
  readonly hash: string;
}

/** A journalled operation that has begun. Exactly one of the two methods is called, once. */
export interface JournalOperation {
  done(details?: JsonObject): void;
  failed(code: string, details?: JsonObject): void;
}

/** The hash-chained record of what was done with keys on this machine. */
export interface Journal {
  /**
   * Writes the intent and returns the operation to be closed with its outcome. Nothing that uses
   * a key may run before this returns. Throws JOURNAL_BROKEN, JOURNAL_UNWRITABLE, LOCK_BUSY.
   */
  begin(record: JournalRecord): JournalOperation;
  /** The last entry now; null for a journal without one. Throws JOURNAL_BROKEN, FILE_UNREADABLE. */
  head(): JournalHead | null;
}

/** Runs `work` as one journalled operation: the outcome is recorded whether it returns or throws. */
export async function journalled<T>(
  journal: Journal,
  record: JournalRecord,
  work: () => Promise<T>,
  summarise?: (result: T) => JsonObject,
  summariseFailure?: () => JsonObject,
): Promise<T> {
  const operation = journal.begin(record);
  let result: T;
  try {
    result = await work();
  } catch (error) {
    operation.failed(error instanceof Error && 'code' in error ? String(error.code) : 'BUG', summariseFailure?.());
    throw error;
  }
  operation.done(summarise?.(result));
  return result;
}
