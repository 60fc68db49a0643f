import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { canTrace, killSweep, type SweptThread } from '../support/kill-sweep.ts';
import type { SnapshotEntry } from '../support/snapshot.ts';
import { baseEnvironment, program } from '../support/valops.ts';

interface Swept {
  /** Command line; `home/` and other names are relative to the swept directory. */
  readonly args: readonly string[];
  /** Final names with the mode each must have and what may stand there. */
  readonly finals: Readonly<Record<string, { readonly mode: number; readonly whole: (bytes: Buffer) => boolean }>>;
  readonly threads?: readonly SweptThread[];
  /** The command after a kill, which must repair what is to be repaired. Its exit statuses that are right. */
  readonly again?: readonly number[];
}

const secretMode = 0o600;

/** After every Nth kill the command is run again; after each one with VALOPS_TEST_FULL=1. */
const every = process.env['VALOPS_TEST_FULL'] === '1' ? 1 : 3;

describe.runIf(canTrace)(
  'commands killed at every file-changing system call (needs strace and ptrace)',
  { timeout: 180_000 },
  () => {
    let root: string;
    let initial: string;

    /** A home with a key, a plain and a sealed file, a sealed solana and a sealed cometbft identity. */
    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), 'valops-cli-sweep-'));
      initial = join(root, 'initial');
      mkdirSync(initial);
      const home = join(initial, 'home');
      const other = join(root, 'other');
      for (const directory of [home, other]) mkdirSync(directory, { mode: 0o700 });
      const [one = '', two = ''] = [home, other].map(
        (at) => (call(['keys', 'init'], initial, at), call(['keys', 'show'], initial, at).trim()),
      );
      writeFileSync(join(initial, 'plain'), 'plain'.repeat(40_000));
      call(['encrypt', '-r', one, '-o', 'sealed.age', 'plain'], initial, home);
      for (const kind of ['solana', 'cometbft']) {
        const names = ['--out', `${kind}.age`, '--card', `${kind}.json`];
        call(
          ['identity', 'generate', '--kind', kind, '--unsafe-online', '-r', one, '-r', two, ...names],
          initial,
          home,
        );
      }
      writeFileSync(join(initial, 'recipients'), `${one}\n${two}\n`);
      for (const kind of ['solana', 'cometbft']) {
        call(
          [
            'identity',
            'restore',
            `${kind}.age`,
            '--card',
            `${kind}.json`,
            '-i',
            'home/age/host-identity.key',
            '--to',
            join(root, kind),
            '--yes',
          ],
          initial,
          home,
        );
      }
    });
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    function call(args: readonly string[], cwd: string, home: string, expected: readonly number[] = [0]): string {
      const [node, script] = program;
      const ran = spawnSync(node, [script, ...args], {
        cwd,
        env: baseEnvironment(home),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const shown = `${args.join(' ')}: ${ran.stderr.toString()}`;
      expect([expected.includes(ran.status ?? -1), shown]).toEqual([true, shown]);
      return ran.stdout.toString();
    }

    function sweep({ args, finals, threads = ['main'], again = [0] }: Swept): void {
      const directory = join(root, 'state');
      const home = join(directory, 'home');
      let kills = 0;
      const judge = (left: readonly SnapshotEntry[]): void => {
        for (const { path, mode, type, bytes } of left) {
          const final = finals[path];
          if (final !== undefined && type === 'file') {
            expect([path, mode.toString(8), final.whole(bytes)]).toEqual([path, final.mode.toString(8), true]);
          } else if (type === 'file' && !existsSync(join(initial, path))) {
            // a temporary file, the lock, or what the journal put aside: nobody else's to read
            expect([
              path,
              path.startsWith('home/journal.') || /(^|\/)\.[^/]+\.valops-\d+-[0-9a-f]{8}$/.test(path),
            ]).toEqual([path, true]);
            expect([path, mode & 0o177 & ~temporaryMode(path, finals)]).toEqual([path, 0]);
          }
          if (type === 'directory' && path.startsWith('home')) expect([path, mode]).toEqual([path, 0o700]);
        }
      };
      const count = killSweep({
        argv: [...program, ...args],
        sampled: true,
        env: baseEnvironment(home),
        cwd: directory,
        directory,
        threads,
        prepare() {
          rmSync(directory, { recursive: true, force: true });
          cpSync(initial, directory, { recursive: true });
        },
        check(left) {
          judge(left);
          if (kills++ % every !== 0) return;
          const journal = join(home, 'journal.jsonl');
          const torn = existsSync(journal) && verifyJournal(readFileSync(journal)).problems.length > 0;
          const [node, script] = program;
          const next = spawnSync(node, [script, ...args], {
            cwd: directory,
            env: baseEnvironment(home),
            stdio: ['ignore', 'pipe', 'pipe'],
          });
          const said = next.stderr.toString();
          expect([again.includes(next.status ?? -1), said]).toEqual([true, said]);
          // a refusal before the journal is opened leaves the repair to the next command
          if (torn && next.status === 0) expect(said).toContain('the last line of the journal');
          if (next.status === 0) expect(verifyJournal(readFileSync(journal)).problems).toEqual([]);
        },
        survived(left, exitCode, stderr) {
          expect(exitCode, stderr).toBe(0);
          judge(left);
          expect(left.filter(({ path }) => path.includes('.valops-'))).toEqual([]);
          for (const path of Object.keys(finals)) expect(left.map((entry) => entry.path)).toContain(path);
        },
      });
      for (const thread of threads) expect([thread, count[thread] > 2]).toEqual([thread, true]);
    }

    /** The mode which the temporary file of a final name may have already. */
    function temporaryMode(path: string, finals: Swept['finals']): number {
      const name = /^\.(.+)\.valops-/.exec(path.slice(path.lastIndexOf('/') + 1))?.[1];
      return Object.entries(finals).find(([final]) => final.slice(final.lastIndexOf('/') + 1) === name)?.[1].mode ?? 0;
    }

    const sealedWhole = (bytes: Buffer): boolean => {
      writeFileSync(join(root, 'judged.age'), bytes);
      const { status } = spawnSync(
        program[0],
        [program[1], 'decrypt', '-i', join(initial, 'home/age/host-identity.key'), join(root, 'judged.age')],
        {
          env: baseEnvironment(join(root, 'judge-home')),
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      );
      return status === 0;
    };
    const isCard = (bytes: Buffer): boolean =>
      (JSON.parse(bytes.toString()) as { schema: string }).schema === 'valops/identity-card/1';
    const same =
      (path: string) =>
      (bytes: Buffer): boolean =>
        bytes.equals(readFileSync(path));

    test('keys init leaves no half key under its name', () => {
      sweep({
        args: ['keys', 'init', '--environment', 'new'],
        finals: {
          'home/age/new/host-identity.key': {
            mode: secretMode,
            whole: (bytes) => /^AGE-SECRET-KEY-1[0-9A-Z]{58}\n$/m.test(bytes.toString()),
          },
          'home/age/new/host-identity.pub': {
            mode: 0o644,
            whole: (bytes) => /^age1[0-9a-z]{58}\n$/.test(bytes.toString()),
          },
        },
        again: [0, 4],
      });
    });

    test('encrypt to a file leaves it whole or not at all', () => {
      sweep({
        args: ['encrypt', '-R', 'recipients', '-o', 'out.age', 'plain'],
        finals: { 'out.age': { mode: secretMode, whole: sealedWhole } },
        threads: ['main', 'worker'],
        again: [0, 4],
      });
    });

    test('decrypt to a file leaves it whole or not at all', () => {
      sweep({
        args: ['decrypt', '-i', 'home/age/host-identity.key', '-o', 'out', 'sealed.age'],
        finals: { out: { mode: secretMode, whole: (bytes) => bytes.toString() === 'plain'.repeat(40_000) } },
        threads: ['main', 'worker'],
        again: [0, 4],
      });
    });

    test('identity generate leaves whole files only', () => {
      sweep({
        args: [
          'identity',
          'generate',
          '--kind',
          'solana',
          '--unsafe-online',
          '-R',
          'recipients',
          '--out',
          'new.age',
          '--card',
          'new.json',
        ],
        finals: { 'new.age': { mode: secretMode, whole: sealedWhole }, 'new.json': { mode: 0o644, whole: isCard } },
        again: [0, 4],
      });
    });

    test('identity restore of one file leaves it whole or not at all, and the next run completes', () => {
      sweep({
        args: [
          'identity',
          'restore',
          'solana.age',
          '--card',
          'solana.json',
          '-i',
          'home/age/host-identity.key',
          '--to',
          'to/key',
          '--yes',
        ],
        finals: { 'to/key': { mode: secretMode, whole: (bytes) => same(join(root, 'solana'))(bytes) } },
      });
    });

    test('identity restore of a cometbft home is completed by the next run', () => {
      const files = ['config/priv_validator_key.json', 'config/node_key.json', 'data/priv_validator_state.json'];
      sweep({
        args: [
          'identity',
          'restore',
          'cometbft.age',
          '--card',
          'cometbft.json',
          '-i',
          'home/age/host-identity.key',
          '--to',
          'to',
          '--yes',
        ],
        finals: Object.fromEntries(
          files.map((path) => [
            `to/${path}`,
            { mode: secretMode, whole: (bytes: Buffer) => same(join(root, 'cometbft', path))(bytes) },
          ]),
        ),
      });
    });
  },
);
