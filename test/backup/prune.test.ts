import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { updateCatalogue } from '../../src/backup/catalogue-file.ts';
import { copyState } from '../../src/backup/copy-state.ts';
import type { RecipientClass } from '../../src/backup/manifest.ts';
import { pruneBackups, type Pruned } from '../../src/backup/prune.ts';
import { after, day, makeBackupTrial, type BackupTrial } from '../support/backup.ts';

/** A trial with so many backups, a day apart, oldest first; answers their ids. */
async function backups(count: number): Promise<{ trial: BackupTrial; ids: readonly string[] }> {
  const trial = await makeBackupTrial();
  const ids: string[] = [];
  for (let height = 1; height <= count; height++) {
    trial.sign(height);
    ids.push((await trial.create()).entry.id);
    trial.now = after(trial.now, day);
  }
  return { trial, ids };
}

function prune(trial: BackupTrial, keep: { count: number; days?: number }, agree = true): Promise<Pruned> {
  return pruneBackups(trial.context, {
    keep: { days: 400, ...keep },
    planOnly: false,
    agree: async () => agree,
  });
}

const kept = (trial: BackupTrial): readonly string[] => trial.catalogue().backups.map(({ id }) => id);

function proven(trial: BackupTrial, backup: string, one: RecipientClass): void {
  const at = trial.now.toISOString();
  const verdict = { backup, class: one, at, passed: true, path: '/x', detail: '', keys: [] };
  updateCatalogue(trial.context, (now) => ({ ...now, drills: [...now.drills, verdict] }));
}

describe('backup prune', () => {
  test('keeps the newest by count, by age, and removes copies on all media', async () => {
    const { trial, ids } = await backups(4);
    const { verdict, removed, gone } = await prune(trial, { count: 2 });
    expect([verdict, removed.length, gone]).toEqual(['pruned', 4, ids.slice(0, 2)]);
    expect(kept(trial)).toEqual(ids.slice(2));
    for (const medium of trial.media) expect(readdirSync(medium)).toHaveLength(2);
    expect((await prune(trial, { count: 2 })).verdict).toBe('nothing-to-do');
    trial.now = after(trial.now, 10 * day);
    await prune(trial, { count: 12, days: 5 });
    // the newest is too old as well, and it is the last good one
    expect(kept(trial)).toEqual(ids.slice(3));
  });

  test('the newest is the one that was made last: one dated in the future by a wrong clock does not outlive it', async () => {
    const trial = await makeBackupTrial();
    const right = trial.now;
    trial.now = after(right, 9000 * day);
    await trial.create();
    trial.now = right;
    trial.sign(2);
    const last = (await trial.create()).entry.id;
    await prune(trial, { count: 1 });
    expect(kept(trial)).toEqual([last]);
  });

  test('asks, and does nothing when the answer is no; --plan does not ask', async () => {
    const { trial, ids } = await backups(2);
    expect(await prune(trial, { count: 1 }, false)).toMatchObject({ verdict: 'planned', removed: [] });
    const planned = await pruneBackups(trial.context, {
      keep: { count: 1, days: 400 },
      planOnly: true,
      agree: () => Promise.reject(new Error('it asked')),
    });
    expect(planned.doomed.map(({ entry }) => entry.id)).toEqual(ids.slice(0, 1));
    expect(kept(trial)).toEqual(ids);
  });

  test('never removes the last good copy: newer backups whose copies are damaged or gone do not count', async () => {
    const { trial, ids } = await backups(3);
    const [, second, third] = trial.catalogue().backups;
    for (const { path } of third?.copies ?? []) writeFileSync(path, 'damaged');
    for (const { path } of second?.copies ?? []) rmSync(path);
    const { kept: staying } = await prune(trial, { count: 1 });
    expect(staying.find(({ entry }) => entry.id === ids[0])?.reason).toContain('good now');
    expect(kept(trial)).toContain(ids[0]);
    const [first] = trial.catalogue().backups;
    for (const { path } of first?.copies ?? []) {
      expect(await copyState(trial.context, path, first ?? { sha256: '', size: 0 })).toBe('good');
    }
  });

  test('without any good copy nothing of the line is removed', async () => {
    const { trial, ids } = await backups(2);
    for (const { copies } of trial.catalogue().backups) for (const { path } of copies) writeFileSync(path, 'x');
    expect((await prune(trial, { count: 1 })).verdict).toBe('nothing-to-do');
    expect(kept(trial)).toEqual(ids);
  });

  test('never removes the newest proven one of a class; a failed drill proves nothing', async () => {
    const { trial, ids } = await backups(4);
    proven(trial, ids[0] ?? '', 'escrow');
    proven(trial, ids[1] ?? '', 'offline');
    proven(trial, ids[0] ?? '', 'offline');
    await prune(trial, { count: 1 });
    expect(kept(trial)).toEqual([ids[0], ids[1], ids[3]]);
    proven(trial, ids[3] ?? '', 'escrow');
    proven(trial, ids[3] ?? '', 'offline');
    await prune(trial, { count: 1 });
    expect(kept(trial)).toEqual([ids[3]]);
    expect(trial.catalogue().drills.map(({ backup }) => backup)).toEqual([ids[3], ids[3]]);
  });

  test('backups of another extent or identity are another line', async () => {
    const { trial, ids } = await backups(1);
    const whole = await trial.create({ include: [trial.validator] });
    trial.sign(9);
    const next = await trial.create();
    await prune(trial, { count: 1 });
    expect(kept(trial)).toEqual([whole.entry.id, next.entry.id]);
    expect(ids).not.toContain(next.entry.id);
  });

  test('a file that is not that backup any more, or on a medium that is not here, stays, and stays known', async () => {
    const { trial, ids } = await backups(2);
    const [one = '', two = ''] = trial.catalogue().backups[0]?.copies.map(({ path }) => path) ?? [];
    writeFileSync(one, 'somebody else');
    const medium = trial.media[1];
    renameSync(medium, `${medium}-in-the-safe`);
    const { left, gone } = await prune(trial, { count: 1 });
    expect(left.map(({ path }) => path)).toEqual([one, two]);
    expect(gone).toEqual([]);
    expect(existsSync(one)).toBe(true);
    renameSync(`${medium}-in-the-safe`, medium);
    rmSync(one);
    await prune(trial, { count: 1 });
    expect(kept(trial)).toEqual(ids.slice(1));
    expect(existsSync(two)).toBe(false);
  });

  test('what is missing below the mount point of a medium that is away is not taken for removed', async () => {
    const trial = await makeBackupTrial();
    const [one, two] = trial.media;
    trial.mounted = [one, two];
    for (const height of [1, 2]) {
      trial.sign(height);
      await trial.create();
      trial.now = after(trial.now, day);
    }
    const older = trial.catalogue().backups[0];
    renameSync(two, `${two}-away`);
    mkdirSync(two);
    trial.mounted = [one];
    const pruned = await prune(trial, { count: 1 });
    const path = older?.copies[1]?.path;
    expect(pruned.left).toEqual([{ path, reason: 'its medium is not mounted' }]);
    expect(
      trial
        .catalogue()
        .backups.find(({ id }) => id === older?.id)
        ?.copies.map((copy) => copy.path),
    ).toEqual([path]);
    rmSync(two, { recursive: true });
    renameSync(`${two}-away`, two);
    trial.mounted = [one, two];
    expect((await prune(trial, { count: 1 })).gone).toEqual([older?.id]);
  });

  test('what was the last good copy when the answer came is not removed, whatever it was at the question', async () => {
    const { trial, ids } = await backups(2);
    const pruned = await pruneBackups(trial.context, {
      keep: { count: 1, days: 400 },
      planOnly: false,
      async agree() {
        for (const { path } of trial.catalogue().backups[1]?.copies ?? []) rmSync(path);
        return true;
      },
    });
    expect(pruned.gone).toEqual([]);
    expect(kept(trial)).toEqual(ids);
  });
});
