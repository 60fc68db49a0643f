import { fstatSync } from 'node:fs';
import type { JournalHead } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import { readFully } from './descriptor.ts';
import { genesisHash, parseEntry, type JournalEntry } from './journal-entry.ts';

/** How a journal ends. */
export interface JournalTail {
  /** Bytes in the whole file. */
  readonly size: number;
  /** The last complete line; null in a journal without one. */
  readonly head: JournalHead | null;
  /** Bytes after the last line end: empty unless a writer was cut off. */
  readonly fragment: Uint8Array;
}

const firstWindow = 64 * 1024;
const newline = 0x0a;

/**
 * Reads the end of an open journal, 64 KiB unless its last line is longer, and checks the last
 * complete line's own hash. Throws JOURNAL_BROKEN when that line does not verify.
 */
export function readTail(fd: number, path: string): JournalTail {
  const { size } = fstatSync(fd);
  for (let window = firstWindow; ; window *= 4) {
    const bytes = new Uint8Array(Math.min(window, size));
    const start = size - bytes.length;
    const read = bytes.subarray(0, readFully(fd, bytes, start));
    const end = read.lastIndexOf(newline);
    const before = end < 0 ? -1 : read.lastIndexOf(newline, end - 1);
    // Without the line end before it, the last line may begin further back.
    const isWhole = start === 0 || (end > 0 && before >= 0);
    if (!isWhole) continue;
    const fragment = read.slice(end + 1);
    if (end < 0) return { size, head: null, fragment };
    return { size, head: lastEntry(read.subarray(before + 1, end), path), fragment };
  }
}

/** The entry in a fragment that lacks nothing but its line end, or null. */
export function completeFragment(tail: JournalTail): JournalEntry | null {
  const entry = parseEntry(tail.fragment);
  if (typeof entry === 'string') return null;
  const follows = entry.seq === (tail.head?.seq ?? 0) + 1 && entry.prev === (tail.head?.hash ?? genesisHash);
  return follows ? entry : null;
}

function lastEntry(line: Uint8Array, path: string): JournalHead {
  const entry = parseEntry(line);
  if (typeof entry !== 'string') return { seq: entry.seq, hash: entry.hash };
  throw new ValopsError('JOURNAL_BROKEN', `the last line of the journal "${path}" is ${entry}`, {
    hint: 'Run valops journal verify, keep the file as evidence, and move it aside to begin a new one.',
  });
}
