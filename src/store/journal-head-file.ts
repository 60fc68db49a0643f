import { ValopsError } from '../lib/errors.ts';
import type { Anchor } from './journal-anchor.ts';

/** Documents nest less deep than this. */
const deepest = 32;

/**
 * The heads in a file: lines as `journal head` prints them (number, space, hash), or any JSON
 * document that carries heads as `journalHead` or `head` (a card, a report, a transcript, the
 * manifest of a backup). Throws JOURNAL_HEAD_INVALID when there is none.
 */
export function parseHeads(bytes: Uint8Array, source: string): readonly Anchor[] {
  const text = new TextDecoder().decode(bytes);
  const heads = text.trimStart().startsWith('{') ? headsInJson(text, source) : headsInLines(text, source);
  if (heads.length > 0) return heads;
  throw invalid(source, 'it names no entry of a journal');
}

function headsInLines(text: string, source: string): readonly Anchor[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.flatMap((line, index): readonly Anchor[] => {
    // "journal head" of a broken journal says so after the head
    if (line === '' || line.startsWith('#') || line.startsWith('broken: ')) return [];
    const head = /^(\d{1,15}) ([0-9a-f]{64})$/.exec(line);
    const seq = Number(head?.[1] ?? 0);
    if (head === null || seq === 0) throw invalid(source, `line ${index + 1} is not a number and 64 hex digits`);
    return [{ seq, hash: head[2] ?? '', source }];
  });
}

function headsInJson(text: string, source: string): readonly Anchor[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw invalid(source, 'it begins like JSON and is not', cause);
  }
  const found = new Map<string, Anchor>();
  collect(document, 0, (seq, hash) => found.set(`${seq} ${hash}`, { seq, hash, source }));
  return [...found.values()];
}

function collect(value: unknown, depth: number, take: (seq: number, hash: string) => void): void {
  if (typeof value !== 'object' || value === null || depth > deepest) return;
  for (const [name, member] of Object.entries(value)) {
    if ((name === 'journalHead' || name === 'head') && isHead(member)) take(member.seq, member.hash);
    else collect(member, depth + 1, take);
  }
}

function isHead(value: unknown): value is { readonly seq: number; readonly hash: string } {
  if (typeof value !== 'object' || value === null || !('seq' in value) || !('hash' in value)) return false;
  const { seq, hash } = value;
  return Number.isSafeInteger(seq) && (seq as number) > 0 && typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash);
}

function invalid(source: string, problem: string, cause?: unknown): ValopsError {
  return new ValopsError('JOURNAL_HEAD_INVALID', `"${source}" holds no head of a journal: ${problem}`, {
    hint: 'Give what "valops journal head" printed, or a card, report or transcript that carries a head.',
    cause,
  });
}
