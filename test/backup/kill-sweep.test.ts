import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../src/backup/catalogue.ts';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { put } from '../support/backup.ts';
import { canTrace, killSweep, type SweptThread } from '../support/kill-sweep.ts';
import { baseEnvironment, program } from '../support/valops.ts';

/** After every Nth kill the command is run again; after each one with VALOPS_TEST_FULL=1. */
const every = process.env['VALOPS_TEST_FULL'] === '1' ? 1 : 8;
const media = ['one', 'two'] as const;
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.runIf(canTrace)(
  'backups killed at every file-changing system call (needs strace and ptrace)',
  { timeout: 3_600_000 },
  () => {
    let root: string;
    let directory: string;
    let offlineKey: string;
    /** Sealed files that killed runs left under final names, by digest. */
    const seen = new Map<string, Buffer>();

    const at = (name: string): string => join(directory, name);
    const call = (args: readonly string[], home = at('home'), expected: readonly number[] = [0]): string => {
      const [node, script] = program;
      const ran = spawnSync(node, [script, ...args], { cwd: directory, env: baseEnvironment(home) });
      const shown = `${args.join(' ')}: ${ran.stderr.toString()}`;
      expect([expected.includes(ran.status ?? -1), shown]).toEqual([true, shown]);
      return ran.stdout.toString();
    };
    const sign = (height: number): string =>
      put(
        at('validator/data/priv_validator_state.json'),
        JSON.stringify({ height: String(height), round: 0, step: 3 }),
      );

    /** Where everything is swept, with two backups of an identity made, and a third one due. */
    beforeAll(() => {
      root = mkdtempSync(join(tmpdir(), 'valops-backup-sweep-'));
      directory = join(root, 'state');
      const offlineHome = join(root, 'offline');
      for (const path of [directory, at('home'), offlineHome, ...media.map((name) => at(`media-${name}`))]) {
        mkdirSync(path, { mode: 0o700 });
      }
      const [host, offline] = [at('home'), offlineHome].map((home) => {
        call(['keys', 'init'], home);
        return call(['keys', 'show'], home).trim();
      });
      offlineKey = join(offlineHome, 'age/host-identity.key');
      const sealed = ['--out', 'v.age', '--card', 'v.json'];
      const to = ['-r', host ?? '', '-r', offline ?? ''];
      call(['identity', 'generate', '--kind', 'cometbft', '--unsafe-online', ...to, ...sealed]);
      const key = ['-i', at('home/age/host-identity.key')];
      call(['identity', 'restore', 'v.age', '--card', 'v.json', ...key, '--to', 'validator', '--yes']);
      put(
        at('valops.yaml'),
        `backup:
  identities: [{ kind: cometbft, place: validator, card: v.json, sealed: v.age }]
  recipients: { host: [${host}], offline: [${offline}] }
  to: [media-one, media-two]
`,
      );
      for (const height of [1, 2]) {
        sign(height);
        call(['backup', 'create']);
      }
      sign(3);
      cpSync(directory, join(root, 'initial'), { recursive: true });
    });
    afterAll(() => rmSync(root, { recursive: true, force: true }));

    const copiesIn = (medium: string): readonly { readonly name: string; readonly bytes: Buffer }[] =>
      readdirSync(at(`media-${medium}`))
        .filter((name) => !name.startsWith('.'))
        .map((name) => ({ name, bytes: readFileSync(at(`media-${medium}/${name}`)) }));
    const catalogue = (): Catalogue => JSON.parse(readFileSync(at('home/backups/catalogue.json'), 'utf8')) as Catalogue;

    /** What must be true after any kill: nothing half, nothing lost, and no copy on record that is not good. */
    function judge(needed: readonly string[]): void {
      for (const medium of media) {
        const copies = copiesIn(medium);
        for (const { name, bytes } of copies) {
          expect(name).toMatch(/^identity-backup-[0-9A-F]{40}(-\d{8}T\d{6}Z)?(-[0-9a-f]{8})?\.age$/);
          seen.set(hashOf(bytes), bytes);
        }
        const there = copies.map(({ bytes }) => hashOf(bytes));
        for (const digest of needed) expect([medium, there.includes(digest)]).toEqual([medium, true]);
      }
      for (const { sha256, copies } of catalogue().backups) {
        for (const { path } of copies) {
          // pruning removes the file first: what is gone from the medium is gone from the catalogue by the next run
          if (existsSync(path)) expect([path, hashOf(readFileSync(path))]).toEqual([path, sha256]);
        }
      }
    }

    /** Every sealed file that was seen is whole: it opens, every byte. */
    function proveSeen(): void {
      const paths = [...seen].map(([digest, bytes]) => put(join(root, 'seen', `${digest}.age`), bytes));
      const shown = call(['backup', 'verify', ...paths, '-i', offlineKey, '--json'], join(root, 'judge'));
      const { backups } = JSON.parse(shown) as { backups: { verdict: string }[] };
      expect(backups.map(({ verdict }) => verdict)).toEqual(paths.map(() => 'proven'));
      seen.clear();
    }

    function sweep(
      args: readonly string[],
      threads: readonly SweptThread[],
      needed: readonly string[],
      ended: () => void,
    ): void {
      let kills = 0;
      const count = killSweep({
        argv: [...program, ...args],
        sampled: true,
        env: baseEnvironment(at('home')),
        cwd: directory,
        directory,
        threads,
        prepare() {
          rmSync(directory, { recursive: true, force: true });
          cpSync(join(root, 'initial'), directory, { recursive: true });
        },
        check() {
          judge(needed);
          if (kills++ % every !== 0) return;
          call(args);
          judge(needed);
          ended();
          expect(verifyJournal(readFileSync(at('home/journal.jsonl'))).problems).toEqual([]);
        },
        survived(_, exitCode, stderr) {
          expect(exitCode, stderr).toBe(0);
          judge(needed);
          ended();
        },
      });
      for (const thread of threads) expect([thread, count[thread] > 5]).toEqual([thread, true]);
      proveSeen();
    }

    test('create: the older backups stay, the newer one is whole or not there, the next run completes it', () => {
      const older = catalogue().backups.map(({ sha256 }) => sha256);
      sweep(['backup', 'create'], ['main', 'worker'], older, () => {
        const newest = catalogue().backups.at(-1);
        expect(newest?.copies.length).toBe(2);
        for (const medium of media) {
          expect(copiesIn(medium).some(({ bytes }) => hashOf(bytes) === newest?.sha256)).toBe(true);
          expect(readdirSync(at(`media-${medium}`)).filter((name) => name.startsWith('.'))).toEqual([]);
        }
        for (const { sha256, copies } of catalogue().backups) {
          for (const { path } of copies) expect([path, hashOf(readFileSync(path))]).toEqual([path, sha256]);
        }
      });
    });

    test('prune: the last good backup stays on every medium, the next run removes the rest', () => {
      rmSync(directory, { recursive: true, force: true });
      cpSync(join(root, 'initial'), directory, { recursive: true });
      const last = catalogue().backups.at(-1)?.sha256 ?? '';
      sweep(['backup', 'prune', '--keep', '1', '--yes'], ['main'], [last], () => {
        expect(catalogue().backups.map(({ sha256 }) => sha256)).toEqual([last]);
        for (const medium of media) expect(copiesIn(medium).map(({ bytes }) => hashOf(bytes))).toEqual([last]);
      });
    });
  },
);
