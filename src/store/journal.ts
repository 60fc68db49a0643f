import { createHash, randomBytes } from 'node:crypto';
import { ftruncateSync, fsyncSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../core/context.ts';
import type { Files } from '../core/files.ts';
import type { Journal, JournalHead, JournalRecord } from '../core/journal.ts';
import type { JsonObject } from '../lib/canonical-json.ts';
import { appendDurably, readJournalFile, unwritable, withJournalFile } from './journal-append.ts';
import { chainEntry, entryLine, type JournalFacts } from './journal-entry.ts';
import { completeFragment, readTail, type JournalTail } from './journal-tail.ts';
import { withLock } from './lock.ts';

/** What became of a last line that a writer did not finish. */
export interface JournalRepair {
  /** Bytes cut off, or 0 when only the line end was missing. */
  readonly size: number;
  /** Where the bytes cut off are kept. */
  readonly keptAt?: string;
}

export interface JournalOptions {
  readonly path: string;
  readonly lockPath: string;
  readonly files: Pick<Files, 'create' | 'ensureDirectory'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly actor: string;
  readonly host: string;
  /** Name and version of the program, for example `valops 0.1.0`. */
  readonly tool: string;
  /** Noun and verb of this run, its effective user id, and who called sudo. */
  readonly caller?: Pick<JournalFacts, 'command' | 'uid' | 'sudoUser'>;
  /** Told after a torn last line was repaired, so that a warning can be shown. */
  readonly onRepair: (repair: JournalRepair) => void;
  /** Milliseconds to wait for other writers; 30 seconds by default. */
  readonly wait?: number;
}

type Outcome = Pick<JournalFacts, 'op' | 'phase' | 'action' | 'purpose' | 'keys' | 'details' | 'code'>;

/**
 * The journal: one JSON object a line, each holding the hash of the line before. One writer at a
 * time takes the lock, reads the end of the file, and appends one line durably (0600).
 *
 * A last line without its end is repaired before anything is appended: completed when it is
 * whole otherwise, else cut off, kept beside the journal as `….torn-TIME`, and recorded as an
 * entry `journal.repair` with the size and SHA-256 of what was cut.
 */
export function createJournal(options: JournalOptions): Journal {
  return {
    begin(record) {
      const op = randomBytes(8).toString('hex');
      append(options, { op, phase: 'begin', ...record });
      return {
        done: (details) => append(options, { ...outcomeOf(record, op), phase: 'done', ...optional({ details }) }),
        failed: (code, details) =>
          append(options, { ...outcomeOf(record, op), phase: 'failed', code, ...optional({ details }) }),
      };
    },
    head: () => readJournalFile(options.path, (fd) => readTail(fd, options.path).head),
  };
}

function outcomeOf(record: JournalRecord, op: string): Omit<Outcome, 'phase'> {
  return { op, action: record.action, purpose: record.purpose, ...optional({ keys: record.keys }) };
}

function append(options: JournalOptions, outcome: Outcome): void {
  try {
    options.files.ensureDirectory(dirname(options.path), { mode: 0o700 });
    withLock(options.lockPath, { wait: options.wait ?? 30_000 }, () =>
      withJournalFile(options.path, (fd) => {
        const head = repairTail(options, fd, readTail(fd, options.path));
        appendEntry(options, fd, head, outcome);
      }),
    );
  } catch (error) {
    throw unwritable(options.path, error);
  }
}

function appendEntry(options: JournalOptions, fd: number, head: JournalHead | null, outcome: Outcome): JournalHead {
  const { actor, host, tool } = options;
  const facts: JournalFacts = {
    time: options.clock.now().toISOString(),
    actor,
    host,
    pid: process.pid,
    tool,
    ...options.caller,
    ...outcome,
  };
  const entry = chainEntry(facts, head);
  appendDurably(fd, Buffer.from(`${entryLine(entry)}\n`));
  return { seq: entry.seq, hash: entry.hash };
}

function repairTail(options: JournalOptions, fd: number, tail: JournalTail): JournalHead | null {
  if (tail.fragment.length === 0) return tail.head;
  const complete = completeFragment(tail);
  if (complete !== null) {
    appendDurably(fd, Buffer.from('\n'));
    options.onRepair({ size: 0 });
    return { seq: complete.seq, hash: complete.hash };
  }
  const time = options.clock.now().toISOString().replaceAll(':', '');
  const keptAt = `${options.path}.torn-${time}-${randomBytes(2).toString('hex')}`;
  options.files.create(keptAt, tail.fragment, { mode: 0o600 });
  ftruncateSync(fd, tail.size - tail.fragment.length);
  fsyncSync(fd);
  const details: JsonObject = {
    size: tail.fragment.length,
    sha256: createHash('sha256').update(tail.fragment).digest('hex'),
    keptAt,
  };
  const op = randomBytes(8).toString('hex');
  const purpose = 'torn last line';
  const head = appendEntry(options, fd, tail.head, { op, phase: 'done', action: 'journal.repair', purpose, details });
  options.onRepair({ size: tail.fragment.length, keptAt });
  return head;
}

function optional<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter((member) => member[1] !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
