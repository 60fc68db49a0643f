import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ageDoors } from '../../src/age/doors.ts';
import { open } from '../../src/age/engine.ts';
import { gatherIdentities } from '../../src/age/gather.ts';
import type { BackupManifest } from '../../src/backup/manifest.ts';
import { readBackup } from '../../src/backup/read-backup.ts';
import type { Context } from '../../src/core/context.ts';
import { ValopsError } from '../../src/lib/errors.ts';
import { verifyJournal } from '../../src/store/journal-chain.ts';
import { after, day, makeBackupTrial, put, type BackupTrial } from '../support/backup.ts';
import { refusalOf } from '../support/kinds.ts';

interface Opened {
  readonly manifest: BackupManifest;
  readonly members: ReadonlyMap<string, string>;
}

async function opened({ context, offline }: BackupTrial, path: string): Promise<Opened> {
  const identities = await gatherIdentities([offline.path], ageDoors(context));
  const members = new Map<string, string>();
  const manifest = await readBackup(open(context.files.stream(path), identities), {
    async member({ source }, content) {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(Buffer.from(piece));
      members.set(source, Buffer.concat(pieces).toString());
    },
  });
  return { manifest, members };
}

const nameOf = (trial: BackupTrial, suffix = ''): string => `identity-backup-${trial.publicId}${suffix}.age`;

describe('backup create', () => {
  test('takes an identity, its state, configuration and the journal head along, as they are', async () => {
    const trial = await makeBackupTrial();
    trial.sign(1200);
    chmodSync(join(trial.validator, 'config/node_key.json'), 0o640);
    trial.context.journal.begin({ action: 'test', purpose: 'something before' }).done();
    const before = trial.context.journal.head();
    const { verdict, entry, written } = await trial.create();
    expect(verdict).toBe('created');
    expect(written).toEqual(trial.media.map((medium) => join(medium, nameOf(trial))));
    for (const path of written) expect(statSync(path).mode & 0o7777).toBe(0o600);
    expect(readFileSync(written[0] ?? '')).toEqual(readFileSync(written[1] ?? ''));

    const { manifest, members } = await opened(trial, written[1] ?? '');
    const source = (name: string): string => join(trial.validator, name);
    expect(manifest.members.map((one) => [one.purpose, one.source, one.mode])).toEqual([
      ['identity', source('config/priv_validator_key.json'), '0600'],
      ['identity', source('config/node_key.json'), '0640'],
      ['double-sign-state', source('data/priv_validator_state.json'), '0600'],
      ['configuration', join(trial.directory, 'conf/valops.yaml'), '0644'],
      ['journal-head', join(trial.directory, 'home/journal-head.txt'), '0600'],
    ]);
    expect(manifest.identities).toMatchObject([{ kind: 'cometbft', publicId: trial.publicId, place: trial.validator }]);
    expect(manifest.journalHead).toEqual(before);
    expect(members.get(source('data/priv_validator_state.json'))).toContain('"1200"');
    expect(members.get(join(trial.directory, 'home/journal-head.txt'))).toBe(`${before?.seq} ${before?.hash}\n`);
    expect(entry.copies.map(({ path }) => path)).toEqual(written);
    expect(entry.recipients.map((one) => one.class)).toEqual(['host', 'offline']);
    const journal = readFileSync(join(trial.directory, 'home/journal.jsonl'));
    expect(verifyJournal(journal).problems).toEqual([]);
    expect(journal.toString()).toContain('"backup.create"');
    // the secret itself is nowhere but in the sealed copies
    const secret = JSON.parse(members.get(source('config/node_key.json')) ?? '') as { priv_key: { value: string } };
    for (const path of ['home/journal.jsonl', 'home/backups/catalogue.json']) {
      expect(readFileSync(join(trial.directory, path), 'utf8')).not.toContain(secret.priv_key.value);
    }
  });

  test('nothing changed, nothing written; a moved height is a change', async () => {
    const trial = await makeBackupTrial();
    await trial.create();
    const snapshot = (): readonly (readonly [string, number])[] =>
      [...trial.media, join(trial.directory, 'home')].flatMap((directory) =>
        readdirSync(directory, { recursive: true })
          .map(String)
          .map((name) => [join(directory, name), statSync(join(directory, name)).mtimeMs] as const)
          .filter(([path]) => !path.endsWith('lock') && !statSync(path).isDirectory()),
      );
    const before = snapshot();
    trial.now = after(trial.now, day);
    expect(await trial.create()).toMatchObject({ verdict: 'unchanged', written: [] });
    expect(snapshot()).toEqual(before);
    trial.sign(7);
    expect((await trial.create()).verdict).toBe('created');
    // other recipients are a change as well
    const recipients = { ...trial.policy.recipients, escrow: [trial.escrow.recipient] };
    expect((await trial.create({ recipients })).entry.recipients).toHaveLength(3);
  });

  test('a newer backup of the identity takes the name; the older one is kept aside, and the catalogue follows', async () => {
    const trial = await makeBackupTrial();
    const first = await trial.create();
    const bytes = readFileSync(first.written[0] ?? '');
    trial.now = after(trial.now, day);
    trial.sign(9);
    await trial.create();
    for (const medium of trial.media) {
      expect(readdirSync(medium)).toEqual([nameOf(trial, '-20260301T100000Z'), nameOf(trial)].toSorted());
      expect(readFileSync(join(medium, nameOf(trial, '-20260301T100000Z')))).toEqual(bytes);
    }
    const [older, newer] = trial.catalogue().backups;
    expect(older?.copies.map(({ path }) => basename(path))).toEqual(Array(2).fill(nameOf(trial, '-20260301T100000Z')));
    expect(newer?.copies.map(({ path }) => basename(path))).toEqual(Array(2).fill(nameOf(trial)));
  });

  test('what stands under the name and is no backup is not touched; the other copy is good and recorded', async () => {
    const trial = await makeBackupTrial();
    const foreign = put(join(trial.media[0], nameOf(trial)), 'my shopping list');
    const refused = await refusalOf(() => trial.create());
    expect([refused.code, refused.exitStatus]).toEqual(['BACKUP_COPY_FAILED', 1]);
    expect(refused.message).toContain(`"${foreign}" is not a backup; it was not touched`);
    expect(refused.message).toContain(`good: "${join(trial.media[1], nameOf(trial))}"`);
    expect(readFileSync(foreign, 'utf8')).toBe('my shopping list');
    expect(trial.catalogue().backups[0]?.copies.map(({ path }) => path)).toEqual([join(trial.media[1], nameOf(trial))]);
    rmSync(foreign);
    expect(await trial.create()).toMatchObject({ verdict: 'completed', written: [foreign] });
  });

  test('a medium that runs full or goes away fails the command, and no half copy is left on it', async () => {
    const trial = await makeBackupTrial();
    const files = trial.context.files;
    const full: Context['files'] = {
      ...files,
      async stage(path, options) {
        const staged = await files.stage(path, options);
        if (!path.startsWith(trial.media[1])) return staged;
        return {
          ...staged,
          async write(bytes) {
            await staged.write(bytes.subarray(0, 10));
            writeFileSync('/dev/full', 'x');
          },
        };
      },
    };
    // the error of a real full device, as the file door would have wrapped it
    const wrapped: Context['files'] = {
      ...full,
      stage: async (path, options) => {
        const staged = await full.stage(path, options);
        return {
          ...staged,
          write: (bytes) =>
            staged.write(bytes).catch((cause: unknown) => {
              throw new ValopsError('FILE_UNWRITABLE', 'no space left on device', { hint: 'Free some space.', cause });
            }),
        };
      },
    };
    Reflect.set(trial.context, 'files', wrapped);
    const refused = await refusalOf(() => trial.create());
    expect(refused.code).toBe('BACKUP_COPY_FAILED');
    expect(refused.message).toContain('no space left on device');
    expect(readdirSync(trial.media[1])).toEqual([]);
    expect(readdirSync(trial.media[0])).toEqual([nameOf(trial)]);
    expect(trial.catalogue().backups[0]?.copies).toHaveLength(1);
  });

  test('a medium that reads back other bytes is not a copy', async () => {
    const trial = await makeBackupTrial();
    const files = trial.context.files;
    const rotten: Context['files'] = {
      ...files,
      async *stream(path) {
        for await (const chunk of files.stream(path)) {
          if (path.startsWith(trial.media[0])) chunk[chunk.length - 1] = (chunk.at(-1) ?? 0) ^ 1;
          yield chunk;
        }
      },
    };
    Reflect.set(trial.context, 'files', rotten);
    const refused = await refusalOf(() => trial.create());
    expect(refused.message).toContain(`"${join(trial.media[0], nameOf(trial))}" reads back other bytes`);
    expect(existsSync(join(trial.media[0], nameOf(trial)))).toBe(false);
  });

  test('a copy that vanished is copied from a good one; a damaged one is kept aside', async () => {
    const trial = await makeBackupTrial();
    const { entry } = await trial.create();
    const [one, two] = trial.media.map((medium) => join(medium, nameOf(trial)));
    rmSync(one ?? '');
    expect(await trial.create()).toMatchObject({ verdict: 'completed', written: [one] });
    expect(readFileSync(one ?? '')).toEqual(readFileSync(two ?? ''));
    const bytes = readFileSync(one ?? '');
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    writeFileSync(one ?? '', bytes);
    const again = await trial.create();
    expect([again.verdict, again.entry.id]).toEqual(['completed', entry.id]);
    expect(readdirSync(trial.media[0])).toHaveLength(2);
    expect(readFileSync(one ?? '')).toEqual(readFileSync(two ?? ''));
  });

  test('a new medium gets a copy of the same backup', async () => {
    const trial = await makeBackupTrial();
    const { entry } = await trial.create();
    const third = join(trial.directory, 'media/three');
    mkdirSync(third);
    const again = await trial.create({}, [third]);
    expect([again.verdict, again.entry.id]).toEqual(['completed', entry.id]);
    expect(again.entry.copies).toHaveLength(3);
  });

  test('configuration of files and directories goes under the name of the host; another identity or extent is another line', async () => {
    const trial = await makeBackupTrial();
    put(join(trial.directory, 'etc/a.toml'), 'a');
    put(join(trial.directory, 'etc/sub/b.toml'), 'b', 0o644);
    put(join(trial.directory, 'conf/valops.lock'), '{}');
    const include = [join(trial.directory, 'etc')];
    const { written } = await trial.create({ include });
    expect(written.map((path) => basename(path))).toEqual(Array(2).fill('backup-alpha-20260301T100000Z.age'));
    const { manifest } = await opened(trial, written[0] ?? '');
    expect(manifest.members.map(({ purpose, source }) => [purpose, basename(source)]).slice(3)).toEqual([
      ['configuration', 'valops.yaml'],
      ['pins', 'valops.lock'],
      ['configuration', 'a.toml'],
      ['configuration', 'b.toml'],
    ]);
    expect((await trial.create()).verdict).toBe('created');
    expect((await trial.create()).verdict).toBe('unchanged');
    expect((await trial.create({ include })).verdict).toBe('unchanged');
    // a second backup within the second must not meet the name of the first
    put(join(trial.directory, 'etc/c.toml'), 'c');
    expect((await trial.create({ include })).verdict).toBe('created');
  });

  test('a large file is streamed; one that changes between its readings is read again', async () => {
    const trial = await makeBackupTrial();
    const big = put(join(trial.directory, 'etc/big'), Buffer.alloc(3_000_000, 1));
    const files = trial.context.files;
    let readings = 0;
    Reflect.set(trial.context, 'files', {
      ...files,
      async *stream(path: string) {
        // the second reading is the one of the archive
        if (path === big && ++readings === 2) {
          writeFileSync(big, Buffer.alloc(3_000_000, 2));
          utimesSync(big, new Date(0), new Date(0));
        }
        yield* files.stream(path);
      },
    } satisfies Context['files']);
    const { written } = await trial.create({ include: [big] });
    const { members } = await opened(trial, written[0] ?? '');
    expect(Buffer.from(members.get(big) ?? '').equals(Buffer.alloc(3_000_000, 2))).toBe(true);
    for (const medium of trial.media) expect(readdirSync(medium)).toHaveLength(1);
  });

  test('a file that never stands still is refused, and nothing is left', async () => {
    const trial = await makeBackupTrial();
    const state = join(trial.validator, 'data/priv_validator_state.json');
    const files = trial.context.files;
    let height = 1;
    Reflect.set(trial.context, 'files', {
      ...files,
      read(path: string, limit?: number) {
        if (path === state) trial.sign((height *= 10));
        return files.read(path, limit);
      },
    } satisfies Context['files']);
    const refused = await refusalOf(() => trial.create());
    expect([refused.code, refused.message]).toEqual([
      'BACKUP_SOURCE_CHANGING',
      `"${state}" kept changing while it was read; nothing was written`,
    ]);
    for (const medium of trial.media) expect(readdirSync(medium)).toEqual([]);
  });

  test('a symlinked destination is the directory it leads to', async () => {
    const trial = await makeBackupTrial();
    const link = join(trial.directory, 'usb');
    symlinkSync(trial.media[0], link);
    const { written } = await trial.create({}, [link]);
    expect(written).toEqual([join(trial.media[0], nameOf(trial))]);
  });

  test('two runs at once: one waits or is told who is at it, and no copy is taken for a damaged one', async () => {
    const trial = await makeBackupTrial();
    await trial.create();
    trial.sign(5);
    const release = trial.context.files.lock(join(trial.directory, 'home/backups/lock'));
    expect((await refusalOf(() => trial.create())).code).toBe('LOCK_BUSY');
    release();
    expect((await trial.create()).verdict).toBe('created');
  });

  test('half copies of runs that were killed are removed, those of runs that go on are not', async () => {
    const trial = await makeBackupTrial();
    const gone = `.backup-alpha-20260101T000000Z.age.valops-${2 ** 22 + 5}-01234567`;
    const alive = `.backup-alpha-20260102T000000Z.age.valops-${process.ppid}-01234567`;
    for (const name of [gone, alive, '.other.valops-4194309-01234567']) put(join(trial.media[0], name), 'x');
    await trial.create();
    expect(readdirSync(trial.media[0])).toEqual([alive, '.other.valops-4194309-01234567', nameOf(trial)].toSorted());
  });
});
