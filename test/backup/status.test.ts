import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DrillVerdict } from '../../src/backup/catalogue.ts';
import { updateCatalogue } from '../../src/backup/catalogue-file.ts';
import { listBackups } from '../../src/backup/list.ts';
import { backupsStatus } from '../../src/backup/status.ts';
import { after, day, makeBackupTrial, type BackupTrial } from '../support/backup.ts';
import { refusalOf } from '../support/kinds.ts';

const messages = async ({ context, policy }: BackupTrial): Promise<readonly string[]> =>
  (await backupsStatus(context, policy)).problems.map(({ message }) => message);

function drilled(trial: BackupTrial, backup: string, verdict: Partial<DrillVerdict> = {}): void {
  const at = trial.now.toISOString();
  const entry: DrillVerdict = {
    backup,
    class: 'offline',
    at,
    passed: true,
    path: join(trial.media[0], 'x.age'),
    detail: 'derived',
    keys: [],
    ...verdict,
  };
  updateCatalogue(trial.context, (now) => ({ ...now, drills: [...now.drills, entry] }));
}

describe('backup status', () => {
  test('no backup, no proof, an old proof, a failed one and one of the future are problems; a fresh one is not', async () => {
    const trial = await makeBackupTrial();
    expect(await messages(trial)).toEqual(['no backup was ever made from this home']);
    const { entry } = await trial.create();
    expect(await messages(trial)).toEqual([expect.stringContaining('offline class for backups of "alpha" is missing')]);
    drilled(trial, entry.id);
    expect(await messages(trial)).toEqual([]);
    trial.now = after(trial.now, 35 * day);
    expect(await messages(trial)).toEqual([]);
    trial.now = after(trial.now, 1000);
    expect(await messages(trial)).toEqual([expect.stringContaining('is 35 days old (2026-03-01T10:00:00.000Z)')]);
    drilled(trial, entry.id, { passed: false, detail: 'no key fits' });
    expect(await messages(trial)).toEqual([expect.stringContaining('failed at 2026-04-05T10:00:01.000Z: no key fits')]);
    drilled(trial, entry.id, { at: after(trial.now, 3 * day).toISOString() });
    expect(await messages(trial)).toEqual([expect.stringContaining('dated in the future')]);
    // a proof of another class, or of a backup of another host, proves nothing here
    updateCatalogue(trial.context, (now) => ({ ...now, drills: [] }));
    drilled(trial, entry.id, { class: 'host' });
    drilled(trial, 'ffffffffffffffff');
    expect(await messages(trial)).toHaveLength(1);
  });

  test('a newer backup keeps the proof of its predecessor for as long as that is fresh', async () => {
    const trial = await makeBackupTrial();
    const { entry } = await trial.create();
    drilled(trial, entry.id);
    trial.now = after(trial.now, day);
    trial.sign(5);
    await trial.create();
    expect(await messages(trial)).toEqual([]);
    const [older, newer] = await listBackups(trial.context);
    expect([older?.proofs.length, newer?.proofs.length]).toEqual([1, 0]);
  });

  test('a clock that was wrong once is not believed for ever', async () => {
    const trial = await makeBackupTrial();
    const right = trial.now;
    trial.now = after(right, 9000 * day);
    const { entry } = await trial.create();
    drilled(trial, entry.id);
    trial.now = right;
    trial.sign(5);
    const later = (await trial.create()).entry;
    expect((await trial.create()).verdict).toBe('unchanged');
    expect(await messages(trial)).toEqual([expect.stringContaining('dated in the future')]);
    drilled(trial, later.id);
    expect(await messages(trial)).toEqual([]);
    const { hosts } = await backupsStatus(trial.context, trial.policy);
    expect(hosts[0]?.newest.id).toBe(later.id);
  });

  test('the proof of a key that the newest backup is no longer sealed to', async () => {
    const trial = await makeBackupTrial();
    const { entry } = await trial.create();
    const [old = ''] = entry.recipients.filter((one) => one.class === 'offline').map(({ fingerprint }) => fingerprint);
    drilled(trial, entry.id, { keys: [old] });
    expect(await messages(trial)).toEqual([]);
    const recipients = { host: [trial.host.recipient], offline: [], escrow: [] };
    await trial.create({ recipients: { ...recipients, offline: [trial.escrow.recipient] } });
    expect(await messages(trial)).toEqual([expect.stringContaining(`is of another key (${old})`)]);
  });

  test('a class that drills demand and nobody is sealed to', async () => {
    const trial = await makeBackupTrial();
    await trial.create();
    const policy = { drill: { classes: ['escrow'] as const, every: day } };
    const { problems } = await backupsStatus(trial.context, policy);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining('sealed to no escrow recipient')]);
  });

  test('copies that vanished, changed in one bit, or were never finished', async () => {
    const trial = await makeBackupTrial();
    const { entry, written } = await trial.create();
    drilled(trial, entry.id);
    const [one = '', two = ''] = written;
    const bytes = readFileSync(one);
    bytes[1000] = (bytes[1000] ?? 0) ^ 4;
    writeFileSync(one, bytes);
    rmSync(two);
    expect((await listBackups(trial.context))[0]?.copies.map(({ state }) => state)).toEqual(['changed', 'missing']);
    expect(await messages(trial)).toEqual([
      expect.stringMatching(/^the copy ".*one.*" of backup .* is changed$/),
      expect.stringMatching(/^the copy ".*two.*" of backup .* is missing$/),
    ]);
    updateCatalogue(trial.context, (now) => ({
      ...now,
      backups: now.backups.map((each) => ({ ...each, copies: [] })),
    }));
    expect(await messages(trial)).toEqual([expect.stringContaining('has no copy')]);
  });

  test('a catalogue that is damaged is an error, never an empty one', async () => {
    const trial = await makeBackupTrial();
    await trial.create();
    const path = join(trial.directory, 'home/backups/catalogue.json');
    const good = readFileSync(path, 'utf8');
    for (const bad of [good.slice(0, -20), '{}', good.replace('"salt"', '"sald"'), '']) {
      writeFileSync(path, bad);
      expect((await refusalOf(() => backupsStatus(trial.context, trial.policy))).code).toBe('BACKUP_CATALOGUE_BROKEN');
      expect((await refusalOf(() => trial.create())).code).toBe('BACKUP_CATALOGUE_BROKEN');
      expect(readFileSync(path, 'utf8')).toBe(bad);
    }
  });
});
