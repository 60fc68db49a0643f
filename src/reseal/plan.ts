import type { Recipient } from '../age/recipient.ts';
import type { SealedFile } from './look.ts';

/** What happens to one sealed file. */
export interface PlannedFile {
  readonly file: SealedFile;
  /** Whom it is sealed to afterwards; null when it is left as it is. */
  readonly become: readonly Recipient[] | null;
  /** Why it is left. */
  readonly reason: string | null;
}

/** A change of recipients, not begun. */
export interface ResealPlan {
  readonly files: readonly PlannedFile[];
  /** Links that were passed over. */
  readonly links: readonly string[];
}

/** A plan as a document: public facts only. */
export function planDocument({ files, links }: ResealPlan): Record<string, unknown> {
  return {
    files: files.map(({ file, become, reason }) => ({
      path: file.path,
      size: file.stat.size,
      stanzas: file.stanzas,
      recipients: file.known,
      openedBy: file.openers.map(({ recipient, source }) => recipient?.fingerprint ?? source),
      action: become === null ? 'leave' : 'reseal',
      becomes: become?.map(({ fingerprint }) => fingerprint) ?? null,
      reason,
      cards: file.cards,
      names: file.stat.links,
    })),
    links,
  };
}

/** The files that are to be sealed anew. */
export function changesOf({ files }: ResealPlan): readonly Change[] {
  return files.flatMap(({ file, become }) => (become === null ? [] : [{ file, become }]));
}

/** One file to be sealed anew. */
export interface Change {
  readonly file: SealedFile;
  readonly become: readonly Recipient[];
}

/** Whether two sets of recipients are the same, given one by fingerprints in order. */
export function isSameSet(sorted: readonly string[], recipients: readonly Recipient[]): boolean {
  return sorted.join(' ') === fingerprintsOf(recipients).join(' ');
}

/** Fingerprints in order. */
export function fingerprintsOf(recipients: readonly Recipient[]): readonly string[] {
  return recipients.map(({ fingerprint }) => fingerprint).toSorted();
}
