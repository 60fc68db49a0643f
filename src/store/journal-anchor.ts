import type { JournalHead } from '../core/journal.ts';
import type { JournalEntry } from './journal-entry.ts';

/** A head that was kept elsewhere, and where. */
export interface Anchor extends JournalHead {
  /** File it was read from, for messages. */
  readonly source: string;
}

/**
 * `holds`: the entry is there, unchanged. `truncated`: the journal ends before it. `rewritten`: another
 * entry has its number. `removed`: the journal goes on after it, but it is not there, or not readable.
 */
export interface AnchorVerdict extends Anchor {
  readonly verdict: 'holds' | 'truncated' | 'rewritten' | 'removed';
  /** The entries that are not there any more: numbers of the first and the last that is known of. */
  readonly missing: { readonly from: number; readonly to: number } | null;
  /** Hash of the entry which has the number instead, lowercase hex. */
  readonly found: string | null;
}

/** Compares a journal with heads kept elsewhere, entry by entry, in memory bounded by the heads. */
export interface AnchorCheck {
  /** Takes the next entry whose own hash is right. */
  entry(entry: Pick<JournalEntry, 'seq' | 'hash'>): void;
  /** The judgement of every head, in their order, once all entries were taken. */
  verdicts(): readonly AnchorVerdict[];
}

/** A check at the beginning of a journal. */
export function createAnchorCheck(anchors: readonly Anchor[]): AnchorCheck {
  const wanted = new Set(anchors.map(({ seq }) => seq));
  const found = new Map<number, string[]>();
  let last = 0;
  return {
    entry({ seq, hash }) {
      last = Math.max(last, seq);
      if (!wanted.has(seq)) return;
      const hashes = found.get(seq) ?? [];
      // copies of one line are the business of the chain check
      if (!hashes.includes(hash) && hashes.length < 2) found.set(seq, [...hashes, hash]);
    },
    verdicts: () =>
      anchors.map((anchor): AnchorVerdict => {
        const hashes = found.get(anchor.seq) ?? [];
        if (hashes.includes(anchor.hash)) return { ...anchor, verdict: 'holds', missing: null, found: null };
        const [other] = hashes;
        if (other !== undefined) return { ...anchor, verdict: 'rewritten', missing: null, found: other };
        const truncated = last < anchor.seq;
        return {
          ...anchor,
          verdict: truncated ? 'truncated' : 'removed',
          missing: { from: truncated ? last + 1 : anchor.seq, to: anchor.seq },
          found: null,
        };
      }),
  };
}
