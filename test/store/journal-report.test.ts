import { describe, expect, test } from 'vitest';
import type { JournalEntry } from '../../src/store/journal-entry.ts';
import { createUseReporter, type UseReport } from '../../src/store/journal-report.ts';

const key = 'SHA256:one';
const since = '2026-06-01T00:00:00.000Z';

interface Use {
  readonly at: string;
  readonly key?: string;
  readonly actor?: string;
  readonly sudoUser?: string;
  readonly command?: string;
  readonly purpose?: string;
  readonly code?: string;
  readonly killed?: true;
}

let seq = 0;

/** The entries of one opening, as they are written. */
function entriesOf(use: Use): readonly JournalEntry[] {
  const { at, actor = 'ops', command = 'identity verify', purpose = 'verify', sudoUser, code, killed } = use;
  const op = String((seq += 1));
  const common = { op, action: 'identity.open', purpose, actor, host: 'h', pid: 1, tool: 'valops 0', command };
  const facts = { ...common, ...(sudoUser === undefined ? {} : { sudoUser }), prev: '', hash: '', time: at };
  const opened = [{ file: 'a.age', key: use.key ?? key, sha256: '' }];
  return [
    { ...facts, seq: 1, phase: 'begin', keys: [use.key ?? key, ...(code === undefined ? ['SHA256:tried'] : [])] },
    ...(killed
      ? []
      : code === undefined
        ? [{ ...facts, seq: 2, phase: 'done', details: { opened } } as const]
        : [{ ...facts, seq: 2, phase: 'failed', code } as const]),
  ];
}

function report(uses: readonly Use[], more: readonly Partial<JournalEntry>[] = []): UseReport {
  const reporter = createUseReporter(since);
  for (const use of uses) for (const entry of entriesOf(use)) reporter.entry(entry);
  for (const entry of more) reporter.entry(entry as JournalEntry);
  return reporter.report();
}

/** Mondays at eight, weekly, before the span in question. */
const weekly: readonly Use[] = Array.from({ length: 12 }, (_, week) => ({
  at: new Date(Date.parse('2026-02-02T08:10:00.000Z') + week * 7 * 86_400_000).toISOString(),
}));
const asEver: Use = { at: '2026-06-01T08:20:00.000Z' };

const marks = (uses: readonly Use[]): readonly string[] =>
  report([...weekly, ...uses]).keys.flatMap(({ unusual }) => unusual.map(({ mark }) => mark));

describe('what is unusual', () => {
  test('nothing about one more of the same', () => {
    const { keys, before } = report([...weekly, asEver]);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({ key, uses: 1, first: asEver.at, last: asEver.at, unusual: [] });
    expect(before).toEqual({ uses: 12, first: '2026-02-02T08:10:00.000Z' });
  });

  test('nothing is new in a journal without a history', () => {
    expect(report([{ at: '2026-06-03T03:00:00.000Z', actor: 'somebody' }]).keys[0]?.unusual).toEqual([]);
  });

  test.each<[string, Use, string[]]>([
    ['another user', { ...asEver, actor: 'root' }, ['new-user']],
    ['the same user by sudo', { ...asEver, sudoUser: 'mallory' }, ['new-user']],
    ['another command', { ...asEver, command: 'decrypt' }, ['new-command']],
    ['another purpose', { ...asEver, purpose: 'restore to /tmp/x' }, ['new-purpose']],
    ['another hour', { at: '2026-06-01T03:20:00.000Z' }, ['new-hour']],
    ['another day of the week', { at: '2026-06-03T08:20:00.000Z' }, ['new-weekday']],
    ['a key that the journal never saw', { ...asEver, key: 'SHA256:other' }, ['new-key']],
    ['one that failed', { ...asEver, code: 'AGE_NO_IDENTITY_MATCH' }, ['failed']],
  ])('%s', (_, use, expected) => {
    expect(marks([use])).toEqual(expected);
  });

  test('one that was killed; every key that it had may have been used', () => {
    const { keys } = report([...weekly, { ...asEver, killed: true }]);
    expect(keys.map((one) => [one.key, one.unusual.map(({ mark }) => mark)])).toEqual([
      [key, ['unfinished']],
      ['SHA256:tried', ['new-key', 'unfinished']],
    ]);
  });

  test('more than three times as many as on other days, not three times', () => {
    expect(marks([asEver, asEver, asEver])).toEqual([]);
    expect(marks([asEver, asEver, asEver, asEver])).toEqual(['many-uses']);
  });

  test('a key made on this machine is not unusual', () => {
    const made = { ...entriesOf(asEver)[0], action: 'keys.init', keys: ['SHA256:new'], op: 'x' } as JournalEntry;
    const { keys } = report([...weekly, { ...asEver, key: 'SHA256:new' }], [made]);
    expect(keys.map(({ unusual }) => unusual)).toEqual([[]]);
  });

  test('a torn line, and a clock that went back', () => {
    const [entry] = entriesOf(asEver);
    const { marks } = report(
      [...weekly, asEver],
      [
        { ...entry, seq: 40, phase: 'done', action: 'journal.repair', op: 'x' },
        { ...entry, seq: 41, op: 'y', phase: 'done', action: 'test.run', time: '2026-05-01T00:00:00.000Z' },
      ],
    );
    expect(marks).toEqual([
      expect.stringContaining('entry 40: a torn line'),
      expect.stringContaining('entry 41 is dated 2026-05-01T00:00:00.000Z'),
    ]);
  });
});

test('entries of older versions count too: the noun from the tool, the key from openedBy', () => {
  const [begin, done] = entriesOf({ at: '2026-06-02T00:00:00.000Z' });
  if (begin === undefined || done === undefined) throw new Error('two entries were expected');
  const { command: _, ...old } = { ...begin, tool: 'valops 0.1.0 identity' };
  const reporter = createUseReporter(since);
  reporter.entry(old);
  reporter.entry({ ...done, details: { openedBy: key } });
  const [found] = reporter.report().keys;
  expect([found?.key, [...(found?.commands ?? [])]]).toEqual([key, [['identity', 1]]]);
});

test('a hundred thousand openings by one key take memory for one', () => {
  const reporter = createUseReporter(since);
  const [begin, done] = entriesOf(asEver);
  if (begin === undefined || done === undefined) throw new Error('two entries were expected');
  for (let round = 0; round < 100_000; round++) {
    reporter.entry({ ...begin, op: String(round) });
    reporter.entry({ ...done, op: String(round) });
  }
  const { keys } = reporter.report();
  expect(keys.map(({ uses, users, days }) => [uses, users.size, days.size])).toEqual([[100_000, 1, 1]]);
});
