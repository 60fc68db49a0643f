import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseCard } from '../../src/identity/card.ts';
import { digestBytes } from '../../src/lib/digest.ts';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { makeHomesIn } from '../support/home.ts';
import { canTrace, killSweep } from '../support/kill-sweep.ts';
import { openText, sealFile } from '../support/sealed-files.ts';
import { snapshot, type SnapshotEntry } from '../support/snapshot.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { baseEnvironment, program, valops } from '../support/valops.ts';

/** After every Nth kill, and every one at a rename, the command is run again; after each one with VALOPS_TEST_FULL=1. */
const every = process.env['VALOPS_TEST_FULL'] === '1' ? 1 : 4;

describe.runIf(canTrace)('reseal killed at every file-changing system call (needs strace and ptrace)', () => {
  test('each file opens with the old or the new keys; the next run finishes', { timeout: 900_000 }, async () => {
    const root = temporaryDirectory();
    const initial = join(root, 'initial');
    mkdirSync(join(initial, 'files/below'), { recursive: true });
    const { homes, recipients } = await makeHomesIn(initial);
    const old = recipients.slice(0, 2);
    await sealFile(join(initial, 'files/a.age'), 'text of a', old);
    await sealFile(join(initial, 'files/below/b.age'), 'text of b', old, { armor: true });
    const generate = ['identity', 'generate', '--kind', 'solana', '--unsafe-online', '-r', recipients[0]];
    const card = ['--out', join(initial, 'files/id.age'), '--card', join(initial, 'files/id.json')];
    const made = await valops([...generate, '-r', recipients[1], ...card], { home: homes[0] });
    expect(made.status, made.stderr).toBe(0);
    writeFileSync(join(initial, 'to.txt'), `${recipients[0]}\n${recipients[2]}\n`);
    const [kept = '', removed = '', added = ''] = ['one', 'two', 'three'].map((name) =>
      readFileSync(join(initial, name, 'age/host-identity.key'), 'utf8'),
    );

    const directory = join(root, 'state');
    const key = (name: string): string => join(directory, name, 'age/host-identity.key');
    const args = ['reseal', 'files', '--to', 'to.txt', '-i', key('one'), '--removed', key('two'), '--yes'];
    const env = baseEnvironment(join(directory, 'one'));
    const judged: Promise<void>[] = [];
    const judge = (left: readonly SnapshotEntry[], mustBeNew: boolean): void => {
      const sealed = left.filter(({ path }) => /^files\/.*\.age$/.test(path));
      expect(sealed.length).toBe(3);
      for (const { path, bytes } of sealed) {
        judged.push(
          (async () => {
            const [byKept, byRemoved, byAdded] = await Promise.all(
              [kept, removed, added].map((one) => openText(bytes, Buffer.from(one))),
            );
            expect(byKept, path).not.toBeNull();
            const isNew = byAdded === byKept && byRemoved === null;
            const isOld = byRemoved === byKept && byAdded === null;
            expect(mustBeNew ? isNew : isNew !== isOld, path).toBe(true);
          })(),
        );
      }
    };
    let kills = 0;
    let finished = 0;
    let discarded = 0;
    const count = killSweep({
      argv: [...program, ...args],
      sampled: true,
      env,
      cwd: directory,
      directory,
      prepare() {
        rmSync(directory, { recursive: true, force: true });
        cpSync(initial, directory, { recursive: true });
      },
      check(left, { syscall }) {
        judge(left, false);
        if (kills++ % every !== 0 && !syscall.startsWith('rename')) return;
        const [node, script] = program;
        const run = spawnSync(node, [script, ...args], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
        expect(run.status, run.stderr.toString()).toBe(0);
        if (run.stdout.includes('was completed: 3 files')) finished++;
        if (run.stdout.includes('had replaced nothing')) discarded++;
        const after = snapshot(directory);
        judge(after, true);
        expect(after.map(({ path }) => path).filter((path) => path.includes('.resealed-'))).toEqual([]);
        checkCard(after);
        expect(verifyJournal(readFileSync(join(directory, 'one/journal.jsonl'))).problems).toEqual([]);
      },
      survived(left, exitCode, stderr) {
        expect(exitCode, stderr).toBe(0);
        judge(left, true);
        checkCard(left);
      },
    });
    await Promise.all(judged);
    expect(count.main).toBeGreaterThan(30);
    expect(count.worker).toBeGreaterThan(10);
    expect([finished > 0, discarded > 0]).toEqual([true, true]);
  });
});

function checkCard(entries: readonly SnapshotEntry[]): void {
  const at = (path: string): Buffer => entries.find((entry) => entry.path === path)?.bytes ?? Buffer.alloc(0);
  expect(parseCard(at('files/id.json'), 'card').sealed).toMatchObject(digestBytes(at('files/id.age')));
}
