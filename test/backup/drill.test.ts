import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { backUp, done, makeCustody, type Custody } from '../support/custody.ts';
import { valops, type Ran } from '../support/valops.ts';

let custody: Custody;
let copies: readonly string[];

beforeAll(async () => {
  custody = await makeCustody(mkdtempSync(join(tmpdir(), 'valops-drill-')));
  copies = await backUp(custody);
});
afterAll(() => rmSync(custody.directory, { recursive: true, force: true }));

interface Shown {
  readonly verdict: string;
  readonly report: string;
  readonly backups: readonly {
    readonly verdicts: readonly { readonly class: string; readonly passed: boolean; readonly detail: string }[];
    readonly notProvenNow: readonly string[];
    readonly problems: readonly string[];
  }[];
  readonly lacking: readonly { readonly class: string; readonly provenAt: string | null }[];
  readonly journalHead: { readonly seq: number; readonly hash: string };
}

function drill(...args: readonly string[]): Promise<Ran> {
  const { home, config } = custody.host;
  return valops(['backup', 'drill', ...args, '--config', config], { home });
}
async function drilled(...args: readonly string[]): Promise<Shown & { readonly status: number | null }> {
  const ran = await drill(...args, '--json');
  return { ...(ran.json() as unknown as Shown), status: ran.status };
}

const quorum = (...at: readonly number[]): readonly string[] =>
  at.flatMap((one) => ['--share', custody.shares[one] ?? '', '-i', custody.trustees[one] ?? '']);
const passed = ({ backups }: Shown): readonly string[] =>
  backups.flatMap(({ verdicts }) => verdicts.filter((one) => one.passed).map((one) => one.class)).toSorted();

/** Flips one bit of a file until the test ends. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  onTestFinished(() => writeFileSync(path, bytes));
  const changed = Buffer.from(bytes);
  const at = changed.length - 3000;
  changed[at] = (changed[at] ?? 0) ^ 1;
  writeFileSync(path, changed);
}

describe('drill', () => {
  test('a class without a key is not proven now, and its proof is lacking; with every class it is proven', async () => {
    const first = await drilled('-i', custody.offlineKey);
    expect([first.status, first.verdict, passed(first)]).toEqual([3, 'lacking', ['offline']]);
    expect(first.backups[0]?.notProvenNow).toEqual(['host', 'escrow']);
    expect(first.lacking.map((one) => [one.class, one.provenAt])).toEqual([
      ['host', null],
      ['escrow', null],
    ]);

    const all = await drilled('-i', custody.offlineKey, '-i', custody.host.key, ...quorum(1, 2, 3));
    expect([all.status, all.verdict, passed(all)]).toEqual([0, 'proven', ['escrow', 'host', 'offline']]);
    for (const { detail } of all.backups.flatMap(({ verdicts }) => verdicts)) {
      expect(detail).toBe(`derived ${custody.ids.cometbft}, ${custody.ids.solana}; cards compared: 2`);
    }
    // what was proven before still counts
    const later = await drilled('-i', custody.host.key);
    expect([later.status, passed(later)]).toEqual([0, ['host']]);
    expect((await done(['backup', 'status', '--config', custody.host.config], custody.host.home)).status).toBe(0);
  });

  test('the report is private, is what was printed, and carries a head that the journal holds', async () => {
    const { status: _, ...shown } = await drilled('-i', custody.offlineKey);
    expect(statSync(shown.report).mode & 0o777).toBe(0o600);
    const { report, ...printed } = shown;
    expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual(printed);
    const lines = readFileSync(join(custody.host.home, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
    const entry = JSON.parse(lines[shown.journalHead.seq - 1] ?? '') as Record<string, unknown>;
    expect([entry['hash'], entry['action'], entry['phase']]).toEqual([shown.journalHead.hash, 'backup.drill', 'done']);
    expect(JSON.stringify(entry['details'])).toContain('"passed":["offline"]');
    await done(['journal', 'verify', '--head', shown.report], custody.host.home);
    // a journal that lost its end since then is whole for itself, and not against the report
    const journal = join(custody.host.home, 'journal.jsonl');
    const whole = readFileSync(journal);
    onTestFinished(() => writeFileSync(journal, whole));
    writeFileSync(journal, `${lines.slice(0, -1).join('\n')}\n`);
    await done(['journal', 'verify'], custody.host.home);
    const cut = await valops(['journal', 'verify', '--head', shown.report], { home: custody.host.home });
    expect(cut.status).toBe(3);
  });

  test('the whole escrow key is no proof of the trustees', async () => {
    const shown = await drilled('-i', custody.escrowKey);
    expect([passed(shown), shown.backups[0]?.notProvenNow.includes('escrow')]).toEqual([[], true]);
  });

  test('nothing of a backup reaches a disk or the output', async () => {
    const ran = await drill('-i', custody.offlineKey);
    expect(ran.stdout).toContain('opened: derived');
    const secret = readFileSync(custody.host.solana, 'utf8').slice(1, 60);
    expect(`${ran.stdout}${ran.stderr}`).not.toContain(secret);
  });
});

describe('what fails', () => {
  test('one flipped bit in one copy: a problem, exit 3, and the other copy opens', async () => {
    flip(copies[0] ?? '');
    const shown = await drilled('-i', custody.offlineKey);
    expect([shown.status, shown.verdict, passed(shown)]).toEqual([3, 'failed', ['offline']]);
    expect(shown.backups[0]?.problems.join()).toContain(`"${copies[0]}" is changed`);
  });

  test('one flipped bit in every copy: a failed verdict, dated, that takes the proof away', async () => {
    for (const copy of copies) flip(copy);
    const shown = await drilled('-i', custody.offlineKey);
    expect([shown.status, shown.verdict]).toEqual([3, 'failed']);
    const [verdict] = shown.backups[0]?.verdicts.filter((one) => one.class === 'offline') ?? [];
    expect([verdict?.passed, verdict?.detail]).toEqual([false, expect.stringMatching(/\(payload chunk \d+/)]);
    expect(shown.lacking.map((one) => one.class)).toContain('offline');
  });

  test('no copy in reach proves nothing, although it was proven before', async () => {
    for (const copy of copies) {
      renameSync(copy, `${copy}.away`);
      onTestFinished(() => renameSync(`${copy}.away`, copy));
    }
    const ran = await drill('-i', custody.offlineKey);
    expect([ran.status, ran.stdout.includes('is not reachable')]).toEqual([3, true]);
    const named = await drill(copies[0] ?? '', '-i', custody.offlineKey);
    expect([named.status, named.stderr.includes('there is no backup at')]).toEqual([1, true]);
  });

  test('a class that policy names and the backup lacks is a failed verdict', async () => {
    const config = join(custody.host.directory, 'poor.yaml');
    const text = readFileSync(custody.host.config, 'utf8').replace(/, escrow: \[age1\w+\]/, '');
    const media = join(custody.directory, 'media-three');
    writeFileSync(config, text.replace(/to: \[.*\]/, `to: [${media}]`));
    const { home } = custody.host;
    await valops(['backup', 'create', '--host', 'poor', '--config', config, '--to', mkdtempSync(media)], { home });
    const shown = (
      await valops(['backup', 'drill', '-i', custody.offlineKey, '--config', config, '--json'], { home })
    ).json() as unknown as Shown;
    const failed = shown.backups.flatMap(({ verdicts }) => verdicts).filter((one) => !one.passed);
    expect(failed).toMatchObject([{ class: 'escrow', detail: 'it is not sealed to any recipient of this class' }]);
  });

  test.each([
    ['no key', [], 2],
    ['two of three shares', ['SHARES'], 1],
  ])('%s ends the command', async (_, words, status) => {
    const args = words.flatMap((word) => (word === 'SHARES' ? quorum(0, 1) : [word]));
    const ran = await drill(...args);
    expect([ran.status, ran.stdout]).toEqual([status, '']);
  });

  test('a file that nobody knows and no key opens is a failure, not silence', async () => {
    const file = join(custody.directory, 'stick', 'solana.age');
    const shown = await drilled(file, '-i', custody.trustees[0] ?? '');
    expect([shown.status, shown.verdict, shown.backups[0]?.problems]).toEqual([
      3,
      'failed',
      ['none of the keys opens it'],
    ]);
    // a sealed identity is an age file and no backup
    const other = await drilled(file, '-i', custody.offlineKey);
    expect([other.status, other.backups[0]?.problems]).toEqual([3, [expect.stringMatching(/archive/)]]);
  });
});
