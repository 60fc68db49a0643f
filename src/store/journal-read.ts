import type { Files } from '../core/files.ts';
import { createChainCheck, type JournalReport } from './journal-chain.ts';
import type { JournalEntry } from './journal-entry.ts';

/** A line longer than this is no journal entry; it must not fill the memory. */
const longestLine = 16 * 1024 * 1024;

/**
 * Streams the journal at `path` through the chain check, in memory bounded by its longest line,
 * and hands every sound entry to `onEntry` in the order of the lines. An absent journal is an
 * empty one. Throws FILE_UNREADABLE; what is wrong with the chain is in the report.
 */
export async function readJournal(
  files: Pick<Files, 'stream' | 'stat'>,
  path: string,
  onEntry: (entry: JournalEntry) => void = () => undefined,
): Promise<JournalReport> {
  const check = createChainCheck();
  let rest: Uint8Array = new Uint8Array(0);
  if (files.stat(path) === null) return check.end(rest);
  for await (const chunk of files.stream(path)) {
    let start = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, start)) {
      const entry = check.line(join(rest, chunk.subarray(start, end)));
      if (entry !== null) onEntry(entry);
      rest = new Uint8Array(0);
      start = end + 1;
    }
    // a copy: the chunk holds only until the next one is asked for
    rest = Uint8Array.from(join(rest, chunk.subarray(start)).subarray(0, longestLine));
  }
  return check.end(rest);
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.length === 0 ? b : Buffer.concat([a, b]);
}
