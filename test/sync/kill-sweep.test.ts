import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { canTrace, killSweep, type KillSweep } from '../support/kill-sweep.ts';
import { demo, demoFiles, makeRelease, pinsOf, type MadeRelease } from '../support/release-store.ts';
import { encodePinFile } from '../../src/sync/pin-file.ts';
import type { PinnedBinary } from '../../src/sync/pin.ts';
import { releaseName } from '../../src/sync/release-root.ts';
import { snapshot, type SnapshotEntry } from '../support/snapshot.ts';

describe.runIf(canTrace)(
  'killed at every file-changing system call of sync (needs strace and ptrace)',
  { timeout: 600_000 },
  () => {
    let directory: string;
    let old: MadeRelease;
    let next: MadeRelease;

    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'valops-sync-sweep-'));
      old = made('1.0.0');
      next = made('1.1.0');
    });
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    function state(): string {
      return join(directory, 'state');
    }

    /** Packs a release, and writes the valops.yaml and valops.lock that ask for it. */
    function made(version: string): MadeRelease {
      const declaration = demo(join(state(), 'opt'), { version });
      const release = makeRelease(join(directory, 'mirror'), declaration, version);
      const config = join(directory, version);
      mkdirSync(config);
      const binary = {
        version,
        source: { type: 'directory', path: join(directory, 'mirror'), file: '{name}-{version}.tar.gz' },
        archive: { members: declaration.archive.members.map((one) => ({ ...one, mode: `0${one.mode.toString(8)}` })) },
        check: ['bin/demo'],
        restart: ['/bin/sh', '-c', `echo "$VALOPS_VERSION" >${join(state(), 'service')}`],
        health: { run: ['bin/demo'], expect: '{version}', timeout: '10s' },
      };
      // YAML is a superset of JSON
      const document = { binaries: { demo: binary }, sync: { prefix: join(state(), 'opt') } };
      writeFileSync(join(config, 'valops.yaml'), JSON.stringify(document));
      const pins = pinsOf(release.wanted);
      const demoPin = pins.binaries['demo'];
      const url = `file://${join(directory, 'mirror', release.wanted.pin.artifact)}`;
      writeFileSync(
        join(config, 'valops.lock'),
        encodePinFile({
          ...pins,
          binaries: {
            demo: {
              ...(demoPin as PinnedBinary),
              unsafeFirstUse: true,
              platforms: { 'linux-x64': { ...release.wanted.pin, url, verified: [] } },
            },
          },
        }),
      );
      return { ...release, name: releaseName(version, release.wanted.pin.sha256) };
    }

    function argv(job: 'sync' | 'rollback', version: string): [string, ...string[]] {
      const program = [
        process.execPath,
        fileURLToPath(new URL('../../bin/valops.js', import.meta.url)),
        'sync',
      ] as const;
      const config = ['--config', join(directory, version, 'valops.yaml'), '--yes'];
      return job === 'rollback' ? [...program, 'rollback', 'demo', ...config] : [...program, ...config];
    }

    function environment(): Record<string, string> {
      return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', VALOPS_HOME: join(state(), 'home') };
    }

    function run(job: 'sync' | 'rollback', version: string): void {
      const [program, ...args] = argv(job, version);
      const done = spawnSync(program, args, { encoding: 'utf8', timeout: 60_000, env: environment() });
      expect([done.status, done.status === 0 ? '' : done.stderr]).toEqual([0, '']);
    }

    /** Prepared once and copied before each run. */
    function prepared(steps: () => void): () => void {
      const kept = `${state()}-kept`;
      rmSync(state(), { recursive: true, force: true });
      rmSync(kept, { recursive: true, force: true });
      mkdirSync(state());
      steps();
      cpSync(state(), kept, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      return () => {
        rmSync(state(), { recursive: true, force: true });
        cpSync(kept, state(), { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
      };
    }

    /** The release that `current` leads to, every byte and mode of it compared with what was made. */
    function activeRelease(left: readonly SnapshotEntry[]): string | null {
      const link = left.find(({ path }) => path === 'opt/demo/current');
      if (link === undefined) return null;
      expect(link.type).toBe('link');
      const target = link.bytes.toString();
      const below = `opt/demo/${target}/`;
      const found = left.filter(({ path, type }) => path.startsWith(below) && type === 'file');
      const version = [old, next].find(({ wanted }) =>
        found.some(({ bytes }) => bytes.toString() === demoFiles(wanted.version)['bin/demo']),
      )?.wanted.version;
      expect(version).toBeDefined();
      const files = Object.fromEntries(
        found.map(({ path, bytes, mode }) => [path.slice(below.length), [bytes.toString(), mode]]),
      );
      const { 'release.json': record, ...rest } = files;
      expect(record?.[1]).toBe(0o444);
      expect(rest).toEqual(
        Object.fromEntries(
          Object.entries(demoFiles(version ?? '')).map(([path, text]) => [
            path,
            [text, path.startsWith('bin/') ? 0o555 : 0o444],
          ]),
        ),
      );
      expect(left.find(({ path }) => path === `opt/demo/${target}`)?.mode).toBe(0o755);
      return version ?? null;
    }

    function expectFinished(left: readonly SnapshotEntry[], version: string, releases: readonly MadeRelease[]): void {
      expect(activeRelease(left)).toBe(version);
      const names = left.filter(({ path }) => /^opt\/(demo|bin)\/[^/]+$/.test(path)).map(({ path }) => path);
      expect(names.filter((name) => !/\/(?:\.broken-[0-9a-f]+|held\.json)$/.test(name))).toEqual(
        [
          'opt/bin/demo',
          'opt/bin/democtl',
          ...releases.map(({ name }) => `opt/demo/${name}`),
          'opt/demo/current',
          'opt/demo/history.json',
        ].sort(),
      );
      expect(left.find(({ path }) => path === 'service')?.bytes.toString()).toBe(`${version}\n`);
      expect(verifyJournal(readFileSync(join(state(), 'home/journal.jsonl'))).problems).toEqual([]);
    }

    /** Two kills that left the same, but for random names, pids and times, need one run to show what comes of it. */
    function likeness(left: readonly SnapshotEntry[]): string {
      return left
        .map(({ path, type, mode, bytes }) => `${path} ${type} ${mode} ${path.startsWith('home/') ? '' : bytes.length}`)
        .map((line) =>
          line.replaceAll(/(?<=\.valops-)\d+-[0-9a-f]{8}|(?<=\.(?:staging|removing|repair)-)[0-9a-f]{16}/g, '*'),
        )
        .sort()
        .join('\n');
    }

    function sweepOf(
      job: 'sync' | 'rollback',
      version: string,
      prepare: () => void,
      may: readonly (string | null)[],
      releases: readonly MadeRelease[],
      finally_ = version,
    ): KillSweep {
      const seen = new Set<string>();
      return {
        argv: argv(job, version),
        env: environment(),
        directory: state(),
        sampled: true,
        prepare,
        // what wakes the other thread (eventfd(2))
        skip: (syscall) => /^write\(\d+, "\\1(?:\\0){7}", 8\)/.test(syscall),
        check(left) {
          expect(may).toContain(activeRelease(left));
          const key = likeness(left);
          if (seen.has(key)) return;
          seen.add(key);
          run('sync', finally_);
          expectFinished(snapshot(state()), finally_, releases);
        },
        survived(left, exitCode, stderr) {
          expect([exitCode, exitCode === 0 ? '' : stderr]).toEqual([0, '']);
          expectFinished(left, finally_, releases);
          const held = left.find(({ path }) => path === 'opt/demo/held.json')?.bytes.toString() ?? '';
          expect(held.includes(next.name)).toBe(job === 'rollback');
        },
      };
    }

    test('a first installation', () => {
      const count = killSweep(
        sweepOf(
          'sync',
          '1.0.0',
          prepared(() => undefined),
          [null, '1.0.0'],
          [old],
        ),
      );
      expect(count.main).toBeGreaterThan(40);
      expect(count.worker).toBeGreaterThan(5);
    });

    test('a new release in place of an old one', () => {
      const prepare = prepared(() => run('sync', '1.0.0'));
      const count = killSweep(sweepOf('sync', '1.1.0', prepare, ['1.0.0', '1.1.0'], [old, next]));
      expect(count.main).toBeGreaterThan(40);
      expect(count.worker).toBeGreaterThan(5);
    });

    test('an active release that is repaired', () => {
      const prepare = prepared(() => {
        run('sync', '1.0.0');
        // what shows without hashing and leaves the files as they are
        chmodSync(join(state(), 'opt/demo', old.name, 'share'), 0o775);
      });
      const count = killSweep({ ...sweepOf('sync', '1.0.0', prepare, ['1.0.0'], [old]), threads: ['main'] });
      expect(count.main).toBeGreaterThan(60);
    });

    test('a rollback', () => {
      const prepare = prepared(() => {
        run('sync', '1.0.0');
        run('sync', '1.1.0');
      });
      const sweep = sweepOf('rollback', '1.1.0', prepare, ['1.0.0', '1.1.0'], [old, next], '1.0.0');
      expect(killSweep({ ...sweep, threads: ['main'] }).main).toBeGreaterThan(15);
    });
  },
);
