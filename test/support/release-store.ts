import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JournalRecord } from '../../src/core/journal.ts';
import { createMachine } from '../../src/hosts/local/machine.ts';
import { createFiles } from '../../src/store/files.ts';
import { createTrees } from '../../src/store/trees.ts';
import { activateRelease, type Activated } from '../../src/sync/activate.ts';
import type { Declaration, Platform } from '../../src/sync/declaration.ts';
import type { PinnedArtifact } from '../../src/sync/fetch.ts';
import type { PinFile } from '../../src/sync/pin.ts';
import { releaseName } from '../../src/sync/release-root.ts';
import type { StoreDoors } from '../../src/sync/safe-prefix.ts';
import { makeContext, type TestContext } from './context.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The platform that test releases are pinned for; they hold scripts, which run anywhere. */
export const platform: Platform = {
  id: 'linux-x64',
  os: 'linux',
  arch: 'x86_64',
  target: 'x86_64-unknown-linux-gnu',
};

/** Real doors for a release store. */
export interface StoreTrial extends Pick<TestContext, 'events'> {
  readonly doors: StoreDoors;
  /** What was journalled: action and how it ended. */
  readonly journal: readonly { readonly record: JournalRecord; ended?: string }[];
}

/** The doors of this machine; only the journal is kept in memory and the clock counts seconds. */
export function storeTrial(): StoreTrial {
  const journal: { record: JournalRecord; ended?: string }[] = [];
  let seconds = Date.parse('2026-01-01T00:00:00Z') / 1000;
  const { context, events } = makeContext({
    files: createFiles(),
    machine: createMachine((path) => readFileSync(path, 'utf8')),
    clock: { now: () => new Date(seconds++ * 1000), monotonic: () => performance.now() },
    interruption: { say: () => () => undefined },
    journal: {
      head: () => null,
      begin(record) {
        const operation: { record: JournalRecord; ended?: string } = { record };
        journal.push(operation);
        return {
          done: () => void (operation.ended = 'done'),
          failed: (code) => void (operation.ended = code),
        };
      },
    },
  });
  return { doors: { context, trees: createTrees() }, events, journal };
}

/** A binary `demo` with two programs and a data file, below `prefix`. */
export function demo(prefix: string, changes: Partial<Declaration> = {}): Declaration {
  return {
    name: 'demo',
    version: '1.0.0',
    platforms: [platform],
    prefix,
    source: { type: 'directory', path: '/nowhere', file: 'demo.tar' },
    archive: {
      format: 'auto',
      members: [
        { path: 'demo-{version}/bin/demo', install: 'bin/demo', mode: 0o755 },
        { path: 'demo-{version}/bin/democtl', install: 'bin/democtl', mode: 0o755 },
        { path: 'demo-{version}/share/genesis.json', install: 'share/genesis.json', mode: 0o644 },
      ],
    },
    verify: [],
    keep: 5,
    ...changes,
  };
}

/** What the files of a test release hold, by their names below the release. */
export function demoFiles(version: string): Readonly<Record<string, string>> {
  return {
    'bin/demo': `#!/bin/sh\necho "demo ${version} (src:abcdef)"\n`,
    'bin/democtl': `#!/bin/sh\necho "democtl ${version}"\n# ${'x'.repeat(5000)}\n`,
    'share/genesis.json': `{"version":"${version}"}\n`,
  };
}

/** Packs a release with tar(1) in `directory` and pins it. */
export function makeRelease(
  directory: string,
  declaration: Declaration,
  version: string,
  contents: Contents = demoFiles(version),
): { readonly wanted: PinnedArtifact; readonly artifact: string } {
  const top = `${declaration.name}-${version}`;
  const files: Record<string, { sha256: string; size: number; mode: string }> = {};
  for (const [path, text] of Object.entries(contents)) {
    const full = join(directory, top, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    const isProgram = path.startsWith('bin/');
    chmodSync(full, isProgram ? 0o777 : 0o666);
    files[path] = { sha256: sha256(text), size: Buffer.byteLength(text), mode: isProgram ? '0755' : '0644' };
  }
  const artifact = join(directory, `${top}.tar.gz`);
  execFileSync('tar', ['-C', directory, '-czf', artifact, top]);
  const pin = {
    url: `https://releases.test/${top}.tar.gz`,
    artifact: `${top}.tar.gz`,
    size: statSync(artifact).size,
    sha256: sha256(readFileSync(artifact)),
    files,
    verified: [{ type: 'minisign', signers: ['RWQtest'], threshold: 1 }],
    evidence: {},
  };
  return { wanted: { declaration, version, platform, pin }, artifact };
}

/** Files by their names below the release. */
export type Contents = Readonly<Record<string, string | Uint8Array>>;

/** A made release, and the name it gets below the release root. */
export type MadeRelease = ReturnType<typeof makeRelease> & { readonly name: string };

/** A store below a fresh prefix, with releases of `demo` made on demand. */
export interface DemoTrial extends StoreTrial {
  /** Absolute; removed when the test ends. */
  readonly directory: string;
  readonly prefix: string;
  /** `<prefix>/demo`. */
  readonly root: string;
  /** Makes and pins a release under a declaration that differs from `demo` by `changes`. */
  make(version: string, changes?: Partial<Declaration>, contents?: Contents): MadeRelease;
  /** Makes it and brings it about. */
  sync(version: string, changes?: Partial<Declaration>, contents?: Contents): Promise<Activated>;
  /** Where `current` leads. */
  current(): string;
}

/** A trial whose declarations all carry `common`. */
export function demoTrial(common: Partial<Declaration> = {}): DemoTrial {
  const directory = temporaryDirectory();
  const prefix = join(directory, 'opt');
  const trial = storeTrial();
  let count = 0;
  const make: DemoTrial['make'] = (version, changes = {}, contents) => {
    const declaration = demo(prefix, { version, ...common, ...changes });
    const made = makeRelease(join(directory, `made-${count++}`), declaration, version, contents);
    return { ...made, name: releaseName(version, made.wanted.pin.sha256) };
  };
  return {
    ...trial,
    directory,
    prefix,
    root: join(prefix, 'demo'),
    make,
    async sync(version, changes, contents) {
      const { wanted, artifact } = make(version, changes, contents);
      return activateRelease(trial.doors, wanted, artifact);
    },
    current: () => readlinkSync(join(prefix, 'demo/current')),
  };
}

/** The lock file in which exactly this is pinned. */
export function pinsOf({ declaration, version, pin }: PinnedArtifact): PinFile {
  const binary = {
    version,
    pinnedAt: '2026-01-01T00:00:00.000Z',
    pinnedBy: 'tester@machine',
    tool: 'valops 0.0.0-test',
    unsafeFirstUse: false,
    platforms: { [platform.id]: pin },
  };
  return { schema: 'valops/lock/1', binaries: { [declaration.name]: binary } };
}

function sha256(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
