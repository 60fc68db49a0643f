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
  /** Read anew each time: thousands of files are not held in memory. */
  readonly files: Iterable<PlannedFile>;
  /** Links that were passed over. */
  readonly links: readonly string[];
  /** The sets of recipients that files get. */
  readonly sets: readonly (readonly Recipient[])[];
  /** How many files there are, how many of them are to be sealed anew, and the bytes of those. */
  readonly count: { readonly files: number; readonly changes: number; readonly bytes: number };
}

/** The plan of doing nothing. */
export const emptyPlan: ResealPlan = { files: [], links: [], sets: [], count: { files: 0, changes: 0, bytes: 0 } };

/** A plan as a document: public facts only; its files are iterated, not held. */
export function planDocument({ files, links }: ResealPlan): Record<string, unknown> {
  return { files: { [Symbol.iterator]: () => documentsOf(files) }, links };
}

function* documentsOf(files: Iterable<PlannedFile>): Generator<Readonly<Record<string, unknown>>, void, undefined> {
  for (const { file, become, reason } of files) {
    yield {
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
    };
  }
}

/** The files that are to be sealed anew. */
export function* changesOf({ files }: ResealPlan): Generator<Change, void, undefined> {
  for (const { file, become } of files) if (become !== null) yield { file, become };
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
