import type { JournalEntry } from './journal-entry.ts';
import { createTally, type Tally } from './journal-tally.ts';
import { judgeUses, type Unusual } from './journal-unusual.ts';
import { createUseReader, type KeyUse } from './journal-uses.ts';

/** The uses of one key since the beginning of the report, and what is unusual about them. */
export interface KeyReport extends Tally {
  readonly key: string;
  readonly unusual: readonly Unusual[];
}

/** What the journal says of the use of keys. */
export interface UseReport {
  /** In the order of their first use; only keys that were used. */
  readonly keys: readonly KeyReport[];
  /** Uses of any key before the beginning: what the report compares with. */
  readonly before: { readonly uses: number; readonly first: string | null };
  /** What concerns no key: torn lines that were mended, a clock that went back. One line each. */
  readonly marks: readonly string[];
}

/** Sums up a journal entry by entry; memory grows with keys, users and days, not with entries. */
export interface UseReporter {
  entry(entry: JournalEntry): void;
  /** The report, once all entries were taken. */
  report(): UseReport;
}

/** Milliseconds by which entries may be out of order: writers wait for one another. */
const clockTolerance = 60_000;
const mostMarks = 100;

/** A report of what happened since a time (RFC 3339, UTC, as entries have it), against all before it. */
export function createUseReporter(since: string): UseReporter {
  const reader = createUseReader();
  const all = createTally();
  const keys = new Map<string, { before: ReturnType<typeof createTally>; now: ReturnType<typeof createTally> }>();
  const made = new Set<string>();
  const marks: string[] = [];
  let latest = '';

  function take(use: KeyUse): void {
    const key = keys.get(use.key) ?? { before: createTally(), now: createTally() };
    keys.set(use.key, key);
    const isBefore = use.time < since;
    (isBefore ? key.before : key.now).add(use);
    if (isBefore) all.add(use);
  }

  function mark(text: string): void {
    if (marks.length < mostMarks) marks.push(text);
  }

  return {
    entry(entry) {
      for (const use of reader.entry(entry)) take(use);
      if (entry.action === 'keys.init') for (const key of entry.keys ?? []) made.add(key);
      if (entry.time >= since && entry.action === 'journal.repair') {
        mark(`entry ${entry.seq}: a torn line was cut off and kept (journal.repair)`);
      }
      if (Date.parse(latest) - Date.parse(entry.time) > clockTolerance && latest >= since) {
        mark(`entry ${entry.seq} is dated ${entry.time}, after one of ${latest}: the clock went back`);
      }
      if (entry.time > latest) latest = entry.time;
    },
    report() {
      for (const use of reader.end()) take(use);
      const { uses, first } = all.tally;
      const known = (key: string) => ({ history: uses > 0, made: made.has(key) });
      const reports = [...keys]
        .filter(([, { now }]) => now.tally.uses > 0)
        .map(([key, { before, now }]): KeyReport => ({
          key,
          ...now.tally,
          unusual: judgeUses(before.tally, now.tally, known(key)),
        }));
      return {
        keys: reports.toSorted((a, b) => ((a.first ?? '') < (b.first ?? '') ? -1 : 1)),
        before: { uses, first },
        marks,
      };
    },
  };
}
