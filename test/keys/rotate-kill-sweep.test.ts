import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { makeHomesIn } from '../support/home.ts';
import { canTrace, killSweep } from '../support/kill-sweep.ts';
import { openText, sealFile } from '../support/sealed-files.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { baseEnvironment, program } from '../support/valops.ts';

/** After every Nth kill, and every one at a rename, the command is run again; after each one with VALOPS_TEST_FULL=1. */
const every = process.env['VALOPS_TEST_FULL'] === '1' ? 1 : 4;

describe.runIf(canTrace)('keys rotate killed at every file-changing system call (needs strace and ptrace)', () => {
  test('the key file opens every file at any moment; the next run finishes', { timeout: 900_000 }, async () => {
    const root = temporaryDirectory();
    const initial = join(root, 'initial');
    mkdirSync(initial);
    const { recipients } = await makeHomesIn(initial);
    await sealFile(join(initial, 'one/age/identity-backup-x.age'), 'text of x', [recipients[0]]);
    await sealFile(join(initial, 'one/shared.age'), 'shared', recipients.slice(0, 2));
    const other = readFileSync(join(initial, 'two/age/host-identity.key'));

    const directory = join(root, 'state');
    const home = join(directory, 'one');
    const env = baseEnvironment(home);
    const args = ['keys', 'rotate', '-r', recipients[1], '--yes'];
    const judged: Promise<void>[] = [];
    const judge = (): void => {
      const key = readFileSync(join(home, 'age/host-identity.key'));
      const files = ['age/identity-backup-x.age', 'shared.age'].map((name) => readFileSync(join(home, name)));
      judged.push(
        (async () => {
          const [x, shared] = await Promise.all(files.map((sealed) => openText(sealed, key)));
          expect([x, shared]).toEqual(['text of x', 'shared']);
          expect(await openText(files[1] ?? other, other)).toBe('shared');
        })(),
      );
    };
    const retired = (): readonly string[] =>
      readdirSync(join(home, 'age')).filter((name) => name.includes('.retired-'));
    let kills = 0;
    let finished = 0;
    const count = killSweep({
      sampled: true,
      argv: [...program, ...args],
      env,
      directory,
      threads: ['main'],
      prepare() {
        rmSync(directory, { recursive: true, force: true });
        cpSync(initial, directory, { recursive: true });
      },
      check(_, { syscall }) {
        judge();
        if (kills++ % every !== 0 && !syscall.startsWith('rename')) return;
        const [node, script] = program;
        const run = spawnSync(node, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
        expect(run.status, run.stderr.toString()).toBe(0);
        judge();
        const said = run.stdout.toString();
        if (said.includes('was completed')) {
          finished++;
          expect(retired().length).toBe(1);
        }
        expect(readdirSync(join(home, 'age')).filter((name) => name.includes('.resealed-'))).toEqual([]);
        expect(retired().length).toBeGreaterThan(0);
        expect(verifyJournal(readFileSync(join(home, 'journal.jsonl'))).problems).toEqual([]);
      },
      survived(_, exitCode, stderr) {
        expect(exitCode, stderr).toBe(0);
        judge();
        expect(retired().length).toBe(1);
      },
    });
    await Promise.all(judged);
    expect(count.main).toBeGreaterThan(30);
    expect(finished).toBeGreaterThan(0);
  });
});
