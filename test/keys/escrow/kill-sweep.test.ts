import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { combineQuorum, gatherQuorum } from '../../../src/keys/escrow/combine.ts';
import { parseSetRecord } from '../../../src/keys/escrow/set-record.ts';
import { readShareText } from '../../../src/keys/escrow/share-text.ts';
import { verifyJournal } from '../../../src/store/journal-chain.ts';
import { makeHomesIn } from '../../support/home.ts';
import { canTrace, killSweep } from '../../support/kill-sweep.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { baseEnvironment, program } from '../../support/valops.ts';

/** After every Nth kill the command is run again; after each one with VALOPS_TEST_FULL=1. */
const every = process.env['VALOPS_TEST_FULL'] === '1' ? 1 : 3;

describe.runIf(canTrace)('escrow split killed at every file-changing system call (needs strace and ptrace)', () => {
  test(
    'leaves whole directories only, and the key; the next run clears up, and completes pages without shares',
    { timeout: 300_000 },
    async () => {
      const root = temporaryDirectory();
      const initial = join(root, 'initial');
      mkdirSync(initial);
      const { recipients } = await makeHomesIn(initial);
      const directory = join(root, 'state');
      const home = join(directory, 'one');
      const key = readFileSync(join(initial, 'one/age/host-identity.key'));
      const args = [
        ...['keys', 'escrow', 'split', '--threshold', '2', '--out', 'shares'],
        ...['--trustee', `ann=${recipients[1]}`, '--trustee', `bob=${recipients[2]}`],
        ...['--paper', 'pages', '--unsafe-paper-on-disk'],
      ];
      const again = (): { readonly status: number | null; readonly said: string } => {
        const [node, script] = program;
        const run = spawnSync(node, [script, ...args], {
          cwd: directory,
          env: baseEnvironment(home),
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        return { status: run.status, said: run.stderr.toString() };
      };
      const recoveries: Promise<string>[] = [];
      /** Whole shares, or none; whole pages, or none; never shares without their pages. */
      const judge = (): 'old' | 'pages' | 'new' => {
        expect(readFileSync(join(home, 'age/host-identity.key')).equals(key)).toBe(true);
        const names = readdirSync(directory).filter((name) => !['one', 'two', 'three'].includes(name));
        const hidden = names.filter((name) => !['shares', 'pages'].includes(name));
        for (const name of hidden) expect(name).toMatch(/^\.(shares|pages)\.valops-\d+-[0-9a-f]{8}$/);
        if (names.includes('pages')) recoveries.push(recoverPages(join(directory, 'pages')));
        if (!names.includes('shares')) return names.includes('pages') ? 'pages' : 'old';
        expect(names).toContain('pages');
        judgeShares(join(directory, 'shares'));
        return 'new';
      };
      const states = { old: 0, pages: 0, new: 0 };
      let kills = 0;
      const count = killSweep({
        sampled: true,
        argv: [...program, ...args],
        env: baseEnvironment(home),
        cwd: directory,
        directory,
        threads: ['main'],
        prepare() {
          rmSync(directory, { recursive: true, force: true });
          cpSync(initial, directory, { recursive: true });
        },
        check() {
          const state = judge();
          states[state] += 1;
          if (kills++ % every !== 0) return;
          const printed = state === 'pages' ? readdirSync(join(directory, 'pages')) : [];
          const { status, said } = again();
          expect([state, status, said]).toEqual([state, state === 'new' ? 4 : 0, said]);
          if (status !== 0) return;
          expect(readdirSync(directory).sort()).toEqual(['one', 'pages', 'shares', 'three', 'two']);
          expect(judge()).toBe('new');
          // pages may have been printed meanwhile: their set is completed, not replaced
          if (state === 'pages') expect(readdirSync(join(directory, 'pages'))).toEqual(printed);
          expect(verifyJournal(readFileSync(join(home, 'journal.jsonl'))).problems).toEqual([]);
        },
        survived(left, exitCode, stderr) {
          expect(exitCode, stderr).toBe(0);
          expect(left.filter(({ path }) => path.includes('.valops-'))).toEqual([]);
        },
      });
      expect(new Set(await Promise.all(recoveries))).toEqual(new Set([recipients[0]]));
      expect(count.main).toBeGreaterThan(30);
      expect([states.old > 5, states.pages > 0, states.new > 0]).toEqual([true, true, true]);
    },
  );
});

/** Every file is the one of the record, and every page is of its set. */
function judgeShares(shares: string): void {
  const names = readdirSync(shares);
  const recordName = names.find((name) => name.endsWith('.json')) ?? 'no record';
  const record = parseSetRecord(readFileSync(join(shares, recordName)), recordName);
  expect(names.toSorted()).toEqual([...record.shares.map(({ file }) => file), recordName].toSorted());
  for (const { file, sha256 } of record.shares) {
    const bytes = readFileSync(join(shares, file ?? ''));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }
  const pages = record.shares.map(({ index, trustee }) => `${record.set}-${index}-${trustee}.html`);
  expect(readdirSync(join(shares, '../pages')).toSorted()).toEqual(pages.toSorted());
}

/** The recipient of the key which the pages give. They are read before this returns. */
async function recoverPages(pages: string): Promise<string> {
  const read = readdirSync(pages).flatMap((name) =>
    readShareText(readFileSync(join(pages, name), 'utf8'), name).map((share) => ({ name, share, label: undefined })),
  );
  return (await combineQuorum(gatherQuorum(read))).recipient.text;
}
