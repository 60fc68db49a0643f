import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalHead } from '../../src/core/journal.ts';
import { createFiles } from '../../src/store/files.ts';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { chainEntry, entryLine, parseEntry, type JournalFacts } from '../../src/store/journal-entry.ts';
import { readJournal } from '../../src/store/journal-read.ts';

const facts: JournalFacts = {
  time: '2026-01-02T03:04:05.678Z',
  op: '0123456789abcdef',
  phase: 'begin',
  action: 'test.run',
  purpose: 'ü',
  actor: 'a',
  host: 'h',
  pid: 1,
  tool: 'valops',
};

function chain(count: number): readonly string[] {
  let head: JournalHead | null = null;
  return Array.from({ length: count }, (_, index) => {
    const entry = chainEntry({ ...facts, details: { index } }, head);
    head = entry;
    return entryLine(entry);
  });
}

const lines = chain(8);
const bytesOf = (some: readonly string[]): Buffer => Buffer.from(some.map((line) => `${line}\n`).join(''));
const problemsOf = (some: readonly string[]): readonly (readonly [number, string])[] =>
  verifyJournal(bytesOf(some)).problems.map(({ line, reason }) => [line, reason]);

describe('verifyJournal', () => {
  test('a whole chain, an empty one', () => {
    expect(verifyJournal(bytesOf(lines))).toMatchObject({ entries: 8, head: { seq: 8 }, problems: [] });
    expect(verifyJournal(new Uint8Array())).toEqual({ entries: 0, head: null, problems: [] });
  });

  test('any altered byte is found in its line', () => {
    const whole = bytesOf(lines);
    const indexes = fc.integer({ min: 0, max: whole.length - 1 });
    fc.assert(
      fc.property(indexes, fc.integer({ min: 1, max: 255 }), (at, difference) => {
        const altered = Buffer.from(whole);
        altered[at] = (altered[at] ?? 0) ^ difference;
        const line = whole.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
        expect(verifyJournal(altered).problems[0]?.line).toBe(line);
      }),
      { numRuns: 2000 },
    );
  });

  test('each kind of tampering is named with its line', () => {
    const [a = '', b = '', c = '', d = '', ...rest] = lines;
    const chained = (line: number, seq: number) => [
      line,
      `not chained: entry ${seq} was not written after the line before it`,
    ];
    expect(problemsOf([a, c, d, ...rest])).toEqual([[2, 'missing: entry 2']]);
    expect(problemsOf([a, d, ...rest])).toEqual([[2, 'missing: entries 2 to 3']]);
    expect(problemsOf([b, c])).toEqual([[1, 'missing: entry 1']]);
    expect(problemsOf([a, b, b, c])).toEqual([[3, 'duplicated: entry 2 is here twice']]);
    expect(problemsOf([a, c, b, d])).toEqual([
      [2, 'missing: entry 2'],
      [3, 'out of order: entry 2 comes after entry 3'],
      [4, 'missing: entry 3'],
    ]);
    expect(problemsOf([a, b.replace('test.run', 'test.fun'), c, d])).toEqual([
      [2, 'altered: its hash does not match its content'],
    ]);
    expect(problemsOf([a, b.replace('"pid":1', '"pid": 1'), c])).toEqual([[2, 'altered: it is not in canonical form']]);
    expect(problemsOf([a, b.replace('"pid":1', '"pid":1.5'), c])).toEqual([
      [2, 'altered: it holds a number that is not an integer'],
    ]);
    expect(problemsOf([a, 'no JSON', c])).toEqual([[2, 'altered: it is not a JSON object']]);
    expect(problemsOf([a, '{"seq":2}', c])).toEqual([[2, 'altered: it is not a journal entry']]);
    const first = parseEntry(Buffer.from(a));
    const forged = entryLine(chainEntry({ ...facts, purpose: 'forged' }, typeof first === 'string' ? null : first));
    expect(problemsOf([a, forged, c, d])).toEqual([chained(3, 3)]);
  });

  test('a torn end is a problem; a missing end shows only in the head', () => {
    const whole = bytesOf(lines);
    expect(verifyJournal(whole.subarray(0, -1)).problems).toEqual([
      { line: 8, reason: 'torn: the last line has no line end' },
    ]);
    expect(verifyJournal(bytesOf(lines.slice(0, 5)))).toMatchObject({ head: { seq: 5 }, problems: [] });
  });

  test('the list of problems has an end', () => {
    expect(verifyJournal(Buffer.from('x\n'.repeat(5000))).problems).toHaveLength(1000);
  });
});

test('reading a file in chunks reports as verifying it whole does', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'valops-chain-'));
  const path = join(directory, 'journal.jsonl');
  const files = createFiles();
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...lines, 'x', ''), { maxLength: 20 }),
        fc.integer({ min: 1, max: 3000 }),
        async (some, size) => {
          const bytes = bytesOf(some);
          writeFileSync(path, bytes);
          const chunked = {
            stat: files.stat,
            async *stream() {
              for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
            },
          };
          const seen: number[] = [];
          const whole = verifyJournal(bytes);
          expect(await readJournal(chunked, path, ({ seq }) => seen.push(seq))).toEqual(whole);
          expect(seen).toHaveLength(whole.entries);
          expect(await readJournal(files, path)).toEqual(whole);
        },
      ),
      { numRuns: 200 },
    );
    expect(await readJournal(files, join(directory, 'absent'))).toEqual({ entries: 0, head: null, problems: [] });
  } finally {
    rmSync(directory, { recursive: true });
  }
});
