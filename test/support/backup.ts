import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateKey } from '../../src/age/keygen.ts';
import type { Catalogue } from '../../src/backup/catalogue.ts';
import { createBackup, type Created } from '../../src/backup/create.ts';
import type { BackupPolicy } from '../../src/backup/policy.ts';
import type { Context } from '../../src/core/context.ts';
import type { Event } from '../../src/core/events.ts';
import { cometbft } from '../../src/identity/kinds/cometbft.ts';
import { createFiles } from '../../src/store/files.ts';
import { createJournal } from '../../src/store/journal.ts';
import { createPrompt } from '../../src/ui/prompts.ts';
import { makeContext } from './context.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** An age key on disk. */
export interface TestKey {
  readonly path: string;
  readonly recipient: string;
}

/** One host with a CometBFT validator, its home, an offline key elsewhere, and two media. */
export interface BackupTrial {
  readonly context: Context;
  readonly events: readonly Event[];
  /** Everything lies below. */
  readonly directory: string;
  readonly validator: string;
  readonly publicId: string;
  readonly host: TestKey;
  readonly offline: TestKey;
  readonly escrow: TestKey;
  readonly media: readonly [string, string];
  readonly policy: BackupPolicy;
  /** The time that the clock tells. */
  now: Date;
  /** Where file systems are mounted besides `/`; what the machine says where null. */
  mounted: readonly string[] | null;
  /** Moves the validator's last signed height. */
  sign(height: number): void;
  /** Backs up with the policy, or with parts of it replaced. */
  create(policy?: Partial<BackupPolicy>, to?: readonly string[]): Promise<Created>;
  catalogue(): Catalogue;
}

/** Writes a file of a trial, and its directory. */
export function put(path: string, content: string | Uint8Array, mode = 0o600): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, content, { mode });
  return path;
}

/** A new age key below a directory, its recipient beside it. */
export async function putKey(path: string): Promise<TestKey> {
  const key = await generateKey({ postQuantum: false, createdAt: new Date(0) });
  key.file.use((bytes) => put(path, bytes));
  put(path.replace(/\.key$/, '.pub'), `${key.recipient}\n`, 0o644);
  return { path, recipient: key.recipient };
}

/** A trial in a directory of its own, with the real file door, journal and lock; it is removed when the test ends. */
export async function makeBackupTrial(): Promise<BackupTrial> {
  const directory = temporaryDirectory();
  const at = (name: string): string => join(directory, name);
  const home = at('home');
  const real = createFiles();
  const files: typeof real = {
    ...real,
    read(path, limit) {
      if (path !== '/proc/self/mountinfo' || trial.mounted === null) return real.read(path, limit);
      const lines = ['/', ...trial.mounted].map(
        (point, id) => `${id} 1 8:${id} / ${point} rw - ext4 /dev/sd${id} rw\n`,
      );
      return new TextEncoder().encode(lines.join(''));
    },
  };
  const clock = { now: () => trial.now, monotonic: () => 0 };
  const { context, events } = makeContext({
    files,
    clock,
    prompt: createPrompt(),
    home: { path: home, ageDirectory: (name) => join(home, 'age', name ?? '') },
    journal: createJournal({
      path: join(home, 'journal.jsonl'),
      lockPath: join(home, 'journal.lock'),
      files,
      clock,
      actor: 'operator',
      host: 'alpha',
      tool: 'valops 0.0.0-test',
      onRepair: () => undefined,
    }),
  });
  mkdirSync(home, { mode: 0o700 });
  const host = await putKey(join(home, 'age', 'host-identity.key'));
  const offline = await putKey(at('safe/offline.key'));
  const escrow = await putKey(at('elsewhere/escrow.key'));
  const validator = at('validator');
  const made = await cometbft.generate(context, {});
  for (const file of made.payload.use((payload) => cometbft.place(payload))) {
    file.bytes.use((bytes) => put(join(validator, file.path), bytes));
  }
  const media = [at('media/one'), at('media/two')] as const;
  for (const medium of media) mkdirSync(medium, { recursive: true });
  const configuration = put(at('conf/valops.yaml'), 'hosts: {}\n', 0o644);
  const policy: BackupPolicy = {
    identities: [{ kind: 'cometbft', place: validator, state: [] }],
    include: [],
    recipients: { host: [host.recipient], offline: [offline.recipient], escrow: [] },
    to: media,
    keep: { count: 12, days: 400 },
    drill: { classes: ['offline'], every: 35 * 86_400_000 },
  };
  const trial: BackupTrial = {
    context,
    events,
    directory,
    validator,
    publicId: made.identity.publicId,
    host,
    offline,
    escrow,
    media,
    policy,
    now: new Date('2026-03-01T10:00:00.000Z'),
    mounted: null,
    sign(height) {
      const state = { height: String(height), round: 0, step: 3 };
      put(join(validator, 'data/priv_validator_state.json'), JSON.stringify(state));
    },
    create: (changed = {}, to = []) =>
      createBackup(context, {
        policy: { ...policy, ...changed },
        configuration: [configuration],
        pins: at('conf/valops.lock'),
        to,
        further: { recipients: [], recipientsFiles: [] },
        host: 'alpha',
      }),
    catalogue: () => JSON.parse(readFileSync(join(home, 'backups/catalogue.json'), 'utf8')) as Catalogue,
  };
  return trial;
}

/** A day in milliseconds. */
export const day = 86_400_000;

/** The time so many milliseconds after another. */
export function after(time: Date, span: number): Date {
  return new Date(time.getTime() + span);
}
