import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalHead } from '../../src/core/journal.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { createAnchorCheck, type AnchorVerdict } from '../../src/store/journal-anchor.ts';
import { chainEntry, type JournalEntry } from '../../src/store/journal-entry.ts';
import { parseHeads } from '../../src/store/journal-head-file.ts';

/** A chain of entries; `salt` makes another one of the same length. */
function chain(length: number, salt = ''): readonly JournalEntry[] {
  const entries: JournalEntry[] = [];
  let head: JournalHead | null = null;
  for (let index = 0; index < length; index++) {
    const entry: JournalEntry = chainEntry(
      {
        ...{ time: '2026-01-02T03:04:05.678Z', op: `${index}`, phase: 'begin', action: 'test.run', purpose: salt },
        ...{ actor: 'a', host: 'h', pid: 1, tool: 'valops' },
      },
      head,
    );
    entries.push(entry);
    head = entry;
  }
  return entries;
}

function judge(entries: readonly JournalEntry[], head: JournalHead | undefined): AnchorVerdict | undefined {
  if (head === undefined) throw new Error('no head');
  const check = createAnchorCheck([{ seq: head.seq, hash: head.hash, source: 'head.txt' }]);
  for (const entry of entries) check.entry(entry);
  return check.verdicts()[0];
}

describe('a head kept elsewhere', () => {
  test('of every length: holds in all that follow, and every truncation tells the range that is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 25 }), (at, length) => {
        const whole = chain(25);
        const verdict = judge(whole.slice(0, length), whole[at - 1]);
        if (length >= at) expect(verdict).toMatchObject({ verdict: 'holds', missing: null });
        else expect(verdict).toMatchObject({ verdict: 'truncated', missing: { from: length + 1, to: at } });
      }),
    );
  });

  test('a journal that was written anew, hashes and all, is found out', () => {
    const head = chain(5)[3];
    const forged = chain(9, 'forged');
    expect(judge(forged, head)).toMatchObject({ verdict: 'rewritten', found: forged[3]?.hash });
  });

  test('an entry that was cut out of the middle is neither truncated nor there', () => {
    const whole = chain(9);
    expect(
      judge(
        whole.filter(({ seq }) => seq !== 4),
        whole[3],
      ),
    ).toMatchObject({ verdict: 'removed', missing: { from: 4, to: 4 } });
  });

  test('a line that is there twice does not hide one that is right', () => {
    const whole = chain(4);
    const forged = chain(4, 'forged');
    expect(judge([...whole.slice(0, 2), ...forged.slice(1, 2), ...whole.slice(2)], whole[1])?.verdict).toBe('holds');
  });
});

const hash = 'ab'.repeat(32);
const head = { seq: 12, hash };

describe('files that carry heads', () => {
  test.each([
    ['what "journal head" prints', `12 ${hash}\n`],
    ['the same of a broken journal', `12 ${hash}\nbroken: line 3: altered\n`],
    ['"journal head --json"', JSON.stringify({ schema: 'valops/journal-head/1', head, whole: true })],
    ['a card', JSON.stringify({ schema: 'valops/identity-card/1', journalHead: head })],
    ['a card inside of another document', JSON.stringify({ identities: [{ identity: { journalHead: head } }] })],
    ['the same head twice', JSON.stringify({ journalHead: head, more: [{ journalHead: head }] })],
  ])('%s', (_, text) => {
    expect(parseHeads(Buffer.from(text), 'f')).toEqual([{ ...head, source: 'f' }]);
  });

  test('several lines are several heads', () => {
    expect(parseHeads(Buffer.from(`# weekly\n1 ${hash}\r\n12 ${hash}\n`), 'f').map(({ seq }) => seq)).toEqual([1, 12]);
  });

  test.each([
    '',
    '\n',
    'hello\n',
    `0 ${hash}`,
    `12 ${hash.slice(1)}`,
    '{',
    '{"head":null}',
    '{"journalHead":{"seq":"1"}}',
  ])('%j is refused with exit status 2', (text) => {
    const refused = (): unknown => parseHeads(Buffer.from(text), 'f');
    expect(refused).toThrow(ValopsError);
    expect(refused).toThrow(/"f" holds no head of a journal/);
  });
});
