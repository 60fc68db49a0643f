import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUp, makeCustody, sign, stateOf, type Custody } from '../support/custody.ts';
import { canTrace, killSweep } from '../support/kill-sweep.ts';
import { snapshot, type SnapshotEntry } from '../support/snapshot.ts';
import { baseEnvironment, program } from '../support/valops.ts';

/**
 * With VALOPS_TEST_FULL=1 configuration is restored too, whose writes another thread makes, and the restore
 * is run again after each kill; otherwise after every tenth.
 */
const isFull = process.env['VALOPS_TEST_FULL'] === '1';
const every = isFull ? 1 : 10;

describe.runIf(canTrace)(
  'a restore killed at every file-changing system call (needs strace and ptrace)',
  { timeout: isFull ? 1_800_000 : 300_000 },
  () => {
    let custody: Custody;
    let backup: string;
    beforeAll(async () => {
      custody = await makeCustody(mkdtempSync(join(tmpdir(), 'valops-restore-sweep-')));
      backup = (await backUp(custody))[0] ?? '';
    });
    afterAll(() => rmSync(custody.directory, { recursive: true, force: true }));

    test('no key is ever there without its double-sign state, no file is half there, and the next run completes', () => {
      const { host, ids, offlineKey } = custody;
      const directory = join(custody.directory, 'swept');
      const [home, root] = [join(directory, 'home'), join(directory, 'root')];
      const conf = join(host.directory, 'etc/validator.conf');
      const state = stateOf(host.comet);
      const keys = ['config/priv_validator_key.json', 'config/node_key.json'].map((name) => join(host.comet, name));
      const wanted = new Map([...keys, state, ...(isFull ? [conf] : [])].map((path) => [path, readFileSync(path)]));
      const argv = [
        ...program,
        ...['backup', 'restore', backup, '-i', offlineKey, '--root', root, '--yes'],
        ...['--only', ids.cometbft, ...(isFull ? ['--only', conf] : [])],
      ] as const;
      let kills = 0;

      const older = (): Buffer => {
        sign(join(root, host.comet), 3);
        return readFileSync(join(root, state));
      };
      let olderState: Buffer = Buffer.alloc(0);
      const judge = (left: readonly SnapshotEntry[]): void => {
        const files = new Map(
          left.filter(({ type }) => type === 'file').map(({ path, bytes }) => [join('/', path), bytes]),
        );
        const at = (path: string): Buffer | undefined => files.get(join('/root', path));
        for (const [path, bytes] of wanted) {
          const found = at(path);
          const before = path === state ? [olderState] : path === conf ? [Buffer.from('before\n')] : [];
          if (found === undefined) {
            // what was there before is replaced, never absent
            expect([path, before.length]).toEqual([path, 0]);
          } else expect([path, [bytes, ...before].some((one) => one.equals(found))]).toEqual([path, true]);
        }
        const isNew = (path: string): boolean => at(path)?.equals(wanted.get(path) ?? Buffer.alloc(0)) === true;
        if (keys.some((path) => at(path) !== undefined)) expect(isNew(state)).toBe(true);
      };
      const count = killSweep({
        sampled: true,
        argv: [...argv],
        env: baseEnvironment(home),
        cwd: custody.directory,
        directory,
        threads: isFull ? ['main', 'worker'] : ['main'],
        prepare() {
          rmSync(directory, { recursive: true, force: true });
          mkdirSync(home, { mode: 0o700, recursive: true });
          for (const path of [conf, state]) mkdirSync(join(root, path, '..'), { recursive: true });
          writeFileSync(join(root, conf), 'before\n');
          olderState = older();
        },
        check(left) {
          judge(left);
          if (kills++ % every !== 0) return;
          const again = spawnSync(argv[0], argv.slice(1), { cwd: custody.directory, env: baseEnvironment(home) });
          expect([again.status, again.stderr.toString()]).toEqual([0, again.stderr.toString()]);
          judge(snapshot(directory));
          for (const [path, bytes] of wanted) expect(readFileSync(join(root, path))).toEqual(bytes);
          const kept = snapshot(root).filter(({ path }) => /\.before-[0-9a-f]{12}$/.test(path));
          expect(kept.map(({ bytes }) => bytes.toString()).toSorted()).toEqual(
            [olderState.toString(), ...(isFull ? ['before\n'] : [])].toSorted(),
          );
          // a second name of a whole file may stay, from between link(2) and unlink(2); nothing else does
          for (const { path, bytes } of snapshot(root).filter((one) => one.path.includes('.valops-'))) {
            const final = join('/', path).replace(/\/\.([^/]+)\.valops-[^/]+$/, '/$1');
            expect([path, readFileSync(join(root, final)).equals(bytes)]).toEqual([path, true]);
          }
        },
        survived(_, exitCode) {
          expect(exitCode).toBe(0);
        },
      });
      expect(count.main).toBeGreaterThan(30);
      if (isFull) expect(count.worker).toBeGreaterThan(4);
    });
  },
);
