import type { JsonObject } from '../lib/canonical-json.ts';

/**
 * Who holds the key of a recipient. `host`: the machine itself; `offline`: a key that is on no host;
 * `escrow`: a key that only a quorum of trustees can put together.
 */
export type RecipientClass = 'host' | 'offline' | 'escrow';

/** One recipient of a backup, as documents show it. */
export interface BackupRecipient {
  readonly class: RecipientClass;
  /** Stanza type, as `valops inspect` names it. */
  readonly type: string;
  /** As `valops inspect` and the journal name it. */
  readonly fingerprint: string;
}

export type MemberPurpose =
  | 'identity'
  | 'sealed-identity'
  | 'card'
  /** What a validator must never forget: last signed height, tower. */
  | 'double-sign-state'
  | 'configuration'
  | 'pins'
  | 'journal-head';

/** One file of a backup. */
export interface BackupMember {
  /** Name in the archive: below `members/`, unique, no `..`. */
  readonly path: string;
  readonly purpose: MemberPurpose;
  /** Absolute path it was read from, where a restore puts it (below `--root`). */
  readonly source: string;
  /** Lowercase hex. */
  readonly sha256: string;
  readonly size: number;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: { readonly uid: number; readonly gid: number };
  /** Public id of the identity it belongs to. */
  readonly identity?: string;
}

/** An identity as deployed on the host that was backed up. */
export interface BackupIdentity {
  readonly kind: string;
  readonly publicId: string;
  readonly publicKey: string;
  readonly extra?: JsonObject;
  /** What `identity restore --to` would take. */
  readonly place: string;
  /** Fingerprint of its card, where there is one. */
  readonly card?: string;
}

/** First member of the archive, `manifest.json`: what the backup holds. It is sealed with the rest. */
export interface BackupManifest {
  readonly schema: 'valops/backup/1';
  /** 16 hex digits at random: one backup, however many copies. */
  readonly id: string;
  /** Name of the host it was made of. */
  readonly host: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly tool: string;
  readonly identities: readonly BackupIdentity[];
  readonly members: readonly BackupMember[];
  readonly recipients: readonly BackupRecipient[];
  /** Last journal entry before the backup: what a journal that comes later must still contain. */
  readonly journalHead: { readonly seq: number; readonly hash: string } | null;
}
