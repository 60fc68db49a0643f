import { rmSync, mkdirSync, writeFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { bundleDriver } from '../support/bundle.ts';
import { canTrace, killSweep, type KillSweep } from '../support/kill-sweep.ts';
import type { SnapshotEntry } from '../support/snapshot.ts';

const driver = `
  import { createFiles } from './src/store/files.ts';
  import { createJournal } from './src/store/journal.ts';
  const [job, directory] = process.argv.slice(2);
  const files = createFiles();
  const bytes = (text) => new TextEncoder().encode(text.repeat(20000));
  const journal = createJournal({
    path: directory + '/home/journal.jsonl', lockPath: directory + '/home/journal.lock', files,
    clock: { now: () => new Date(0) }, actor: 'a', host: 'h', tool: 'valops test', onRepair: () => process.stderr.write('repaired'),
  });
  const jobs = {
    create: () => files.create(directory + '/target', bytes('new'), { mode: 0o640 }),
    replace: () => files.replace(directory + '/target', bytes('new'), { mode: 0o640 }),
    journal: () => journal.begin({ action: 'test.run', purpose: 'sweep', details: { filler: 'x'.repeat(9000) } }).done(),
    stage: async () => {
      const staged = await files.stage(directory + '/target', { mode: 0o640 });
      for (let round = 0; round < 30; round++) await staged.write(bytes('new'));
      await staged.publish('replace');
    },
    stageExclusive: async () => {
      const staged = await files.stage(directory + '/target', { mode: 0o640 });
      await staged.write(bytes('new'));
      await staged.publish('exclusive');
    },
  };
  await jobs[job]();
`;

const whole = Buffer.from('new'.repeat(20_000));
const old = Buffer.from('old'.repeat(20_000));

describe.runIf(canTrace)(
  'killed at every file-changing system call (needs strace and ptrace)',
  { timeout: 120_000 },
  () => {
    let directory: string;
    let script: string;

    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'valops-sweep-'));
      script = bundleDriver(driver, directory);
    });
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    function state(): string {
      return join(directory, 'state');
    }

    function sweepOf(job: string, content: Buffer | null, check: (left: readonly SnapshotEntry[]) => void): KillSweep {
      return {
        threads: job.startsWith('stage') ? ['main', 'worker'] : ['main'],
        argv: [process.execPath, script, job, state()],
        env: { PATH: '/usr/bin:/bin' },
        directory: state(),
        prepare() {
          rmSync(state(), { recursive: true, force: true });
          mkdirSync(state());
          if (content !== null) writeFileSync(join(state(), 'target'), content, { mode: 0o600 });
        },
        check,
        survived(left, exitCode, stderr) {
          expect(stderr).toBe('');
          expect(exitCode).toBe(0);
          expect(left.filter(({ path }) => path.startsWith('.'))).toEqual([]);
          check(left);
        },
      };
    }

    function expectWhole(left: readonly SnapshotEntry[], before: Buffer | null, after: Buffer): void {
      const target = left.find(({ path }) => path === 'target');
      const allowed = before === null ? [after] : [before, after];
      if (target === undefined) expect(before).toBeNull();
      else {
        expect(allowed.some((bytes) => bytes.equals(target.bytes))).toBe(true);
        expect(target.mode).toBe(target.bytes.equals(after) ? 0o640 : 0o600);
      }
      for (const entry of left.filter(({ path }) => path !== 'target')) {
        expect(entry.path).toMatch(/^\.target\.valops-\d+-[0-9a-f]{8}$/);
        expect(entry.mode & ~0o640).toBe(0);
      }
    }

    test('create leaves the whole file or none, and the next run succeeds', () => {
      const count = killSweep(sweepOf('create', null, (left) => expectWhole(left, null, whole)));
      expect(count.main).toBeGreaterThanOrEqual(6);
    });

    test('replace leaves the old file or the new one, whole', () => {
      const count = killSweep(sweepOf('replace', old, (left) => expectWhole(left, old, whole)));
      expect(count.main).toBeGreaterThanOrEqual(5);
    });

    test('a staged file leaves the old file or the new one, in both threads', () => {
      const all = Buffer.concat(Array.from({ length: 30 }, () => whole));
      const count = killSweep(sweepOf('stage', old, (left) => expectWhole(left, old, all)));
      expect(count.main).toBeGreaterThanOrEqual(3);
      expect(count.worker).toBeGreaterThanOrEqual(3);
    });

    test('a staged file published exclusively is whole or absent', () => {
      const count = killSweep(sweepOf('stageExclusive', null, (left) => expectWhole(left, null, whole)));
      expect(count.main).toBeGreaterThanOrEqual(4);
      expect(count.worker).toBeGreaterThanOrEqual(2);
    });

    test('what a killed writer left is gone after the next write to the same file', () => {
      const sweep = sweepOf('replace', old, (left) => {
        const next = spawnSync(process.execPath, [script, 'replace', state()]);
        expect(next.status).toBe(0);
        expect(left.length).toBeGreaterThan(0);
      });
      killSweep({
        ...sweep,
        check(left, point) {
          sweep.check(left, point);
          const names = spawnSync('ls', ['-A', state()]).stdout.toString().trim().split('\n');
          expect(names).toEqual(['target']);
        },
      });
    });

    for (const [title, prepared] of [
      ['a new journal', 'nothing'],
      ['a journal', 'entries'],
      ['a torn journal', 'torn'],
    ] as const) {
      test(`${title} verifies after a kill, or is repaired by the next append`, () => {
        const journal = join(state(), 'home', 'journal.jsonl');
        const sweep = sweepOf('journal', null, (left) => {
          for (const { path, mode, type } of left) {
            if (type === 'file') expect([path, mode & ~0o600]).toEqual([path, 0]);
            if (path === 'home') expect(mode).toBe(0o700);
          }
          const next = spawnSync(process.execPath, [script, 'journal', state()]);
          expect(next.stderr.toString()).toMatch(/^(repaired)?$/);
          expect(next.status).toBe(0);
          const report = verifyJournal(readFileSync(journal));
          expect(report.problems).toEqual([]);
          expect(report.entries).toBeGreaterThanOrEqual(2);
        });
        const count = killSweep({
          ...sweep,
          prepare() {
            sweep.prepare();
            if (prepared === 'nothing') return;
            expect(spawnSync(process.execPath, [script, 'journal', state()]).status).toBe(0);
            if (prepared === 'torn') writeFileSync(journal, readFileSync(journal).subarray(0, -100));
          },
          survived(_left, exitCode, stderr) {
            expect(stderr).toBe(prepared === 'torn' ? 'repaired' : '');
            expect(exitCode).toBe(0);
            expect(verifyJournal(readFileSync(journal)).problems).toEqual([]);
          },
        });
        expect(count.main).toBeGreaterThanOrEqual(4);
      });
    }
  },
);
