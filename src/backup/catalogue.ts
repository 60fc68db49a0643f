import type { BackupRecipient, RecipientClass } from './manifest.ts';

/** One copy of a backup on one medium. */
export interface BackupCopy {
  /** Absolute path. */
  readonly path: string;
  readonly writtenAt: string;
  /** When its bytes were last read back and compared. */
  readonly verifiedAt: string;
  /** Where its file system was mounted when it was written; `/` for the disk of the machine. Older catalogues lack it. */
  readonly mountPoint?: string | undefined;
}

/** A backup, as this home remembers it: nothing in here is secret. */
export interface CatalogueEntry {
  readonly id: string;
  readonly host: string;
  readonly createdAt: string;
  /** Name without directory; `identity-backup-<public-id>.age` for one identity and no files of `include`. */
  readonly file: string;
  /** Of the sealed file. */
  readonly sha256: string;
  readonly size: number;
  readonly recipients: readonly BackupRecipient[];
  readonly identities: readonly { readonly kind: string; readonly publicId: string }[];
  /**
   * HMAC-SHA-256 over the canonical manifest without id, time, tool and journal head, keyed with the
   * catalogue's salt: equal when nothing changed since.
   */
  readonly content: string;
  readonly copies: readonly BackupCopy[];
}

/** One opening of one backup by one recipient class, whole, in memory. */
export interface DrillVerdict {
  readonly backup: string;
  readonly class: RecipientClass;
  readonly at: string;
  readonly passed: boolean;
  /** Copy that was opened. */
  readonly path: string;
  /** Why it failed, or which public ids were derived and compared. */
  readonly detail: string;
  readonly keys: readonly string[];
}

/** `$VALOPS_HOME/backups/catalogue.json`, 0600, replaced whole under a lock. */
export interface Catalogue {
  readonly schema: 'valops/backup-catalogue/1';
  /** 32 random bytes, lowercase hex. */
  readonly salt: string;
  /** In the order in which they were made, whatever the clock said. */
  readonly backups: readonly CatalogueEntry[];
  /** Likewise. */
  readonly drills: readonly DrillVerdict[];
}
