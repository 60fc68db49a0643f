import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { journalled, type Journal, type JournalHead } from '../../src/core/journal.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { createFiles } from '../../src/store/files.ts';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { chainEntry, entryLine, type JournalEntry } from '../../src/store/journal-entry.ts';
import { createJournal, type JournalRepair } from '../../src/store/journal.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { buildDriver, runDriver, startDriver } from './driver.ts';

const files = createFiles();
const isRoot = process.getuid?.() === 0;

let home: string;
let driver: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'valops-journal-'));
  chmodSync(home, 0o755);
  driver = buildDriver(home);
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

function journalIn(directory: string): { journal: Journal; path: string; repairs: JournalRepair[] } {
  const path = join(directory, 'home', 'journal.jsonl');
  const repairs: JournalRepair[] = [];
  const journal = createJournal({
    path,
    lockPath: join(directory, 'home', 'journal.lock'),
    files,
    clock: { now: () => new Date('2026-01-02T03:04:05.678Z') },
    actor: 'operator',
    host: 'laptop',
    tool: 'valops test',
    onRepair: (repair) => repairs.push(repair),
    wait: 10_000,
  });
  return { journal, path, repairs };
}

function entriesOf(path: string): readonly JournalEntry[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalEntry);
}

function failure(work: () => unknown): { code: string; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof ValopsError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

describe('entries', () => {
  test('begin and outcome share an operation, and each line holds the hash of the one before', () => {
    const { journal, path, repairs } = journalIn(temporaryDirectory());
    const record = {
      action: 'identity.generate',
      purpose: 'ceremony',
      keys: ['SHA256:abc'],
      details: { file: 'a.age' },
    };
    journal.begin(record).done({ publicId: '16Uiu2' });
    journal.begin({ action: 'identity.restore', purpose: 'ü "quoted" \n' }).failed('IDENTITY_FOREIGN');
    const [first, second, third, fourth] = entriesOf(path);
    expect(first).toMatchObject({
      ...record,
      seq: 1,
      phase: 'begin',
      prev: '0'.repeat(64),
      time: '2026-01-02T03:04:05.678Z',
      actor: 'operator',
      host: 'laptop',
      pid: process.pid,
      tool: 'valops test',
    });
    expect(second).toMatchObject({ seq: 2, phase: 'done', op: first?.op, prev: first?.hash, keys: ['SHA256:abc'] });
    expect(second?.details).toEqual({ publicId: '16Uiu2' });
    expect(third?.op).not.toBe(first?.op);
    expect(fourth).toMatchObject({
      seq: 4,
      phase: 'failed',
      code: 'IDENTITY_FOREIGN',
      op: third?.op,
      prev: third?.hash,
    });
    expect(first?.op).toMatch(/^[0-9a-f]{16}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    expect(verifyJournal(readFileSync(path))).toEqual({
      entries: 4,
      head: { seq: 4, hash: fourth?.hash },
      problems: [],
    });
    expect(repairs).toEqual([]);
  });

  test('the hash can be recomputed with sha256sum from the line alone', () => {
    const { journal, path } = journalIn(temporaryDirectory());
    journal.begin({ action: 'test.run', purpose: 'hash' });
    const line = readFileSync(path, 'utf8').trimEnd();
    const hash = /"hash":"([0-9a-f]{64})",/.exec(line)?.[1] ?? '';
    const sum = spawnSync('sha256sum', { input: line.replace(`"hash":"${hash}",`, ''), encoding: 'utf8' });
    expect(sum.stdout.slice(0, 64)).toBe(hash);
  });

  test('journalled records the outcome of work that throws', async () => {
    const { journal, path } = journalIn(temporaryDirectory());
    const failing = journalled(journal, { action: 'test.run', purpose: 'fail' }, () =>
      Promise.reject(new ValopsError('AGE_NO_IDENTITY_MATCH', 'no match')),
    );
    await expect(failing).rejects.toThrow('no match');
    expect(entriesOf(path).map(({ phase, code }) => [phase, code])).toEqual([
      ['begin', undefined],
      ['failed', 'AGE_NO_IDENTITY_MATCH'],
    ]);
  });

  test('an entry longer than the window that is read from the end', () => {
    const { journal, path } = journalIn(temporaryDirectory());
    journal.begin({ action: 'test.run', purpose: 'x'.repeat(300_000) }).done();
    expect(verifyJournal(readFileSync(path))).toMatchObject({ entries: 2, problems: [] });
    appendFileSync(path, 'y'.repeat(200_000));
    journal.begin({ action: 'test.run', purpose: 'after' });
    expect(verifyJournal(readFileSync(path))).toMatchObject({ entries: 4, problems: [] });
  });
});

test('twenty processes write one valid chain', { timeout: 120_000 }, async () => {
  const directory = temporaryDirectory();
  const runs = await Promise.all(Array.from({ length: 20 }, () => startDriver(driver, ['append', directory, '25'])));
  expect(runs).toEqual(Array.from({ length: 20 }, () => ({ code: 0, stdout: '' })));
  const path = join(directory, 'home', 'journal.jsonl');
  expect(verifyJournal(readFileSync(path))).toMatchObject({ entries: 1000, head: { seq: 1000 }, problems: [] });
  const operations = new Map<string, string[]>();
  for (const { op, phase } of entriesOf(path)) operations.set(op, [...(operations.get(op) ?? []), phase]);
  expect(operations.size).toBe(500);
  for (const phases of operations.values()) expect(phases).toEqual(['begin', 'done']);
});

test('a torn last line is repaired at every length of it', { timeout: 60_000 }, () => {
  const directory = temporaryDirectory();
  const { journal, path, repairs } = journalIn(directory);
  journal.begin({ action: 'test.run', purpose: 'kept' }).done({ note: 'ü' });
  const whole = readFileSync(path);
  const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
  for (let cut = lastLine; cut < whole.length; cut++) {
    writeFileSync(path, whole.subarray(0, cut));
    repairs.length = 0;
    journal.begin({ action: 'test.run', purpose: 'next' });
    const report = verifyJournal(readFileSync(path));
    expect(report.problems).toEqual([]);
    const kept = readdirSync(join(directory, 'home')).filter((name) => name.startsWith('journal.jsonl.torn-'));
    const fragment = whole.subarray(lastLine, cut);
    if (fragment.length === 0) {
      expect([repairs, kept, report.entries]).toEqual([[], [], 2]);
    } else if (cut === whole.length - 1) {
      expect([repairs, kept, report.entries]).toEqual([[{ size: 0 }], [], 3]);
    } else {
      const keptAt = join(directory, 'home', kept[0] ?? '');
      expect([repairs, report.entries]).toEqual([[{ size: fragment.length, keptAt }], 3]);
      expect(readFileSync(keptAt).equals(fragment)).toBe(true);
      expect(statSync(keptAt).mode & 0o777).toBe(0o600);
      const sha256 = createHash('sha256').update(fragment).digest('hex');
      expect(entriesOf(path)[1]).toMatchObject({
        action: 'journal.repair',
        details: { size: fragment.length, sha256, keptAt },
      });
      rmSync(keptAt);
    }
  }
});

test('a whole line that does not follow the one before is not completed but cut off', () => {
  const { journal, path, repairs } = journalIn(temporaryDirectory());
  journal.begin({ action: 'test.run', purpose: 'one' }).done();
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, `${lines[0]}\n${lines[1]}\n${lines[1]}`);
  journal.begin({ action: 'test.run', purpose: 'two' });
  expect(repairs).toHaveLength(1);
  expect(repairs[0]?.size).toBe(lines[1]?.length);
  expect(verifyJournal(readFileSync(path))).toMatchObject({ entries: 4, problems: [] });
});

describe('what cannot be written', () => {
  test('a last line that was altered stops everything, and nothing is changed', () => {
    const { journal, path } = journalIn(temporaryDirectory());
    journal.begin({ action: 'test.run', purpose: 'one' });
    const altered = readFileSync(path, 'utf8').replace('"one"', '"two"');
    writeFileSync(path, altered);
    expect(failure(() => journal.begin({ action: 'test.run', purpose: 'next' }))).toEqual({
      code: 'JOURNAL_BROKEN',
      message: `the last line of the journal "${path}" is altered: its hash does not match its content`,
    });
    expect(readFileSync(path, 'utf8')).toBe(altered);
  });

  test('a directory or a link in its place', () => {
    for (const make of [
      (path: string) => mkdirSync(path),
      (path: string) => spawnSync('ln', ['-s', '/dev/null', path]),
    ]) {
      const { journal, path } = journalIn(temporaryDirectory());
      mkdirSync(join(path, '..'));
      make(path);
      expect(failure(() => journal.begin({ action: 'test.run', purpose: 'x' })).code).toBe('JOURNAL_UNWRITABLE');
    }
  });

  test('a home that may not be written', () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o555);
    const run = runDriver(driver, ['append', directory, '1'], { unprivileged: true });
    expect(run.failure).toMatchObject({
      code: 'JOURNAL_UNWRITABLE',
      message: `cannot write the journal "${directory}/home/journal.jsonl": cannot make the directory "${directory}/home": permission denied`,
    });
  });

  test.runIf(isRoot)('a full disk leaves no half line (needs root to mount a tmpfs of 64 KiB)', () => {
    const directory = temporaryDirectory();
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]).status).toBe(0);
    try {
      const { journal, path } = journalIn(directory);
      let before = '';
      let result = failure(() => undefined);
      for (let round = 0; result.code === 'none' && round < 100; round++) {
        before = existsSync(path) ? readFileSync(path, 'utf8') : '';
        result = failure(() => journal.begin({ action: 'test.run', purpose: 'x'.repeat(5000) }));
      }
      expect(result).toEqual({
        code: 'JOURNAL_UNWRITABLE',
        message: `cannot write the journal "${path}": no space left on device`,
      });
      expect(readFileSync(path, 'utf8')).toBe(before);
      expect(verifyJournal(readFileSync(path)).problems).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', directory]);
    }
  });
});

test('verifying takes the same memory for 100 MB as for 20', { timeout: 60_000 }, () => {
  const small = temporaryDirectory();
  const large = temporaryDirectory();
  for (const [directory, count] of [
    [small, 2000],
    [large, 10000],
  ] as const) {
    mkdirSync(join(directory, 'home'));
    writeFileSync(join(directory, 'home', 'journal.jsonl'), longJournal(count));
  }
  const [first, second] = [small, large].map((directory) => {
    const run = runDriver(driver, ['verify', directory]);
    return JSON.parse(run.stdout) as { entries: number; problems: unknown[]; peak: number };
  });
  expect([first?.entries, first?.problems, second?.entries, second?.problems]).toEqual([2000, [], 10_000, []]);
  const further = (second?.peak ?? Number.POSITIVE_INFINITY) - (first?.peak ?? 0);
  // Kilobytes: less garbage than half of what the larger file has more.
  expect(further).toBeLessThan(40_000);
});

function longJournal(count: number): Buffer {
  const lines: string[] = [];
  let head: JournalHead | null = null;
  for (let index = 0; index < count; index++) {
    const facts = { time: '', op: '', action: 'a', purpose: 'x'.repeat(10_000), actor: '', host: '', pid: 1, tool: '' };
    const entry: JournalEntry = chainEntry({ ...facts, phase: 'done' }, head);
    head = entry;
    lines.push(`${entryLine(entry)}\n`);
  }
  return Buffer.from(lines.join(''));
}
