import { createHash } from 'node:crypto';
import type { JournalHead } from '../core/journal.ts';
import { canonicalJson, type JsonObject } from '../lib/canonical-json.ts';

/** Hash before the first entry: 64 zeros. */
export const genesisHash = '0'.repeat(64);

/** What one line of the journal says, before it is chained. */
export interface JournalFacts {
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  /** 16 hex digits, the same for the begin and the outcome of an operation. */
  readonly op: string;
  readonly phase: 'begin' | 'done' | 'failed';
  readonly action: string;
  readonly purpose: string;
  readonly actor: string;
  readonly host: string;
  readonly pid: number;
  /** Name and version of the program, for example `valops 0.1.0`. */
  readonly tool: string;
  /** Noun and verb, for example `identity verify`; never arguments. */
  readonly command?: string;
  /** Effective user id. */
  readonly uid?: number;
  /** Who called sudo, as SUDO_USER claims: root can set it to anything. */
  readonly sudoUser?: string;
  readonly keys?: readonly string[];
  readonly details?: JsonObject;
  /** Error code of a failed operation. */
  readonly code?: string;
}

export interface JournalEntry extends JournalFacts {
  /** From 1. */
  readonly seq: number;
  /** Hash of the entry before. */
  readonly prev: string;
  /** Lowercase hex SHA-256 over the canonical JSON (RFC 8785) of this entry without `hash`. */
  readonly hash: string;
}

/** Chains the facts to the entry before (null for the first). The entry's line is its canonical JSON. */
export function chainEntry(facts: JournalFacts, before: JournalHead | null): JournalEntry {
  const unhashed = { ...facts, seq: (before?.seq ?? 0) + 1, prev: before?.hash ?? genesisHash };
  return { ...unhashed, hash: hashOf(unhashed) };
}

/** The line of an entry, without its line end. */
export function entryLine(entry: JournalEntry): string {
  return canonicalJson(entry as unknown as JsonObject);
}

/**
 * Reads one line (without its line end) and checks its own hash; the chain is checked by the
 * caller. Answers the entry, or in words what is wrong with the line.
 */
export function parseEntry(line: Uint8Array): JournalEntry | string {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    value = JSON.parse(text);
  } catch {
    return 'altered: it is not a JSON object';
  }
  if (!isEntry(value)) return 'altered: it is not a journal entry';
  const { hash, ...unhashed } = value;
  try {
    if (entryLine(value) !== text) return 'altered: it is not in canonical form';
    if (hashOf(unhashed) !== hash) return 'altered: its hash does not match its content';
  } catch {
    return 'altered: it holds a number that is not an integer';
  }
  return value;
}

function hashOf(unhashed: Omit<JournalEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(unhashed)).digest('hex');
}

function isEntry(value: unknown): value is JournalEntry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entry = value as Partial<Record<keyof JournalEntry, unknown>>;
  return (
    Number.isSafeInteger(entry.seq) &&
    isHash(entry.prev) &&
    isHash(entry.hash) &&
    typeof entry.time === 'string' &&
    typeof entry.op === 'string' &&
    (entry.phase === 'begin' || entry.phase === 'done' || entry.phase === 'failed') &&
    typeof entry.action === 'string'
  );
}

function isHash(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}
