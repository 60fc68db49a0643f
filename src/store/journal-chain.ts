import type { JournalHead } from '../core/journal.ts';
import { genesisHash, parseEntry, type JournalEntry } from './journal-entry.ts';

export interface JournalProblem {
  /** From 1, as an editor counts. */
  readonly line: number;
  readonly reason: string;
}

export interface JournalReport {
  /** Entries whose own hash is right. */
  readonly entries: number;
  /** The last of them. Compare it with a copy kept elsewhere: a chain cannot show a missing end. */
  readonly head: JournalHead | null;
  /** In the order of the lines; the first 1000. Empty when the chain is whole. */
  readonly problems: readonly JournalProblem[];
}

/** Checks a journal line by line in constant memory. */
export interface ChainCheck {
  /** Takes the next line without its line end; answers its entry when the line itself is sound. */
  line(bytes: Uint8Array): JournalEntry | null;
  /** Takes what follows the last line end; no bytes when the file ends as it should. */
  end(rest: Uint8Array): JournalReport;
}

const mostProblems = 1000;

/** A check at the beginning of a journal. */
export function createChainCheck(): ChainCheck {
  const problems: JournalProblem[] = [];
  let line = 0;
  let entries = 0;
  let head: JournalHead | null = null;
  let before: Before = { seq: 0, hash: genesisHash };

  function report(reason: string): void {
    if (problems.length < mostProblems) problems.push({ line, reason });
  }

  return {
    line(bytes) {
      line += 1;
      const entry = parseEntry(bytes);
      if (typeof entry === 'string') {
        report(entry);
        before = { seq: before.seq + 1, hash: null };
        return null;
      }
      const fault = chainFault(entry, before);
      if (fault !== null) report(fault);
      entries += 1;
      head = { seq: entry.seq, hash: entry.hash };
      before = head;
      return entry;
    },
    end(rest) {
      if (rest.length > 0) {
        line += 1;
        report('torn: the last line has no line end');
      }
      return { entries, head, problems };
    },
  };
}

/** Checks a whole journal that is in memory. Never throws; what is wrong is in `problems`. */
export function verifyJournal(bytes: Uint8Array): JournalReport {
  const check = createChainCheck();
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    check.line(bytes.subarray(start, end));
    start = end + 1;
  }
  return check.end(bytes.subarray(start));
}

/** The line before; its hash is null when that line could not be read. */
interface Before {
  readonly seq: number;
  readonly hash: string | null;
}

function chainFault(entry: JournalEntry, before: Before): string | null {
  const { seq } = entry;
  if (seq === before.seq + 1) {
    if (before.hash === null || entry.prev === before.hash) return null;
    return `not chained: entry ${seq} was not written after the line before it`;
  }
  if (seq === before.seq && entry.hash === before.hash) return `duplicated: entry ${seq} is here twice`;
  if (seq === before.seq + 2) return `missing: entry ${seq - 1}`;
  if (seq > before.seq) return `missing: entries ${before.seq + 1} to ${seq - 1}`;
  return `out of order: entry ${seq} comes after entry ${before.seq}`;
}
