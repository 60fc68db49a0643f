import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collect } from '../../src/backup/collect.ts';
import type { IdentityPlace } from '../../src/backup/policy.ts';
import { solana } from '../../src/identity/kinds/solana.ts';
import { makeBackupTrial, put, type BackupTrial } from '../support/backup.ts';
import { refusalOf } from '../support/kinds.ts';

/** A Solana keypair in a trial; answers where it lies and its public id. */
async function putSolana(trial: BackupTrial): Promise<{ place: string; publicId: string }> {
  const made = await solana.generate(trial.context, {});
  const place = made.payload.use((bytes) => put(join(trial.directory, 'sol/identity.json'), bytes));
  return { place, publicId: made.identity.publicId };
}

async function statesOf(trial: BackupTrial, identity: IdentityPlace): Promise<readonly string[]> {
  const collected = await collect(trial.context, {
    policy: { identities: [identity], include: [] },
    configuration: [],
    pins: '/nowhere',
    journalHead: null,
  });
  collected.wipe();
  return collected.sources
    .filter(({ member }) => member.purpose === 'double-sign-state')
    .map(({ member }) => basename(member.source));
}

describe('double-sign state of Solana', () => {
  test('towers of this identity beside its key, in every version of their names, and of no other one', async () => {
    const trial = await makeBackupTrial();
    const { place, publicId } = await putSolana(trial);
    const own = [`tower-${publicId}.bin`, `tower-1_9-${publicId}.bin`];
    for (const name of [...own, `tower-1_9-${'1'.repeat(44)}.bin`, `tower-1_9-${publicId}.bin.new`]) {
      put(join(dirname(place), name), name);
    }
    expect(await statesOf(trial, { kind: 'solana', place, state: [] })).toEqual(own.toSorted());
    expect(trial.events).toEqual([]);
  });

  test('a ledger elsewhere is declared; what is declared and not there is refused', async () => {
    const trial = await makeBackupTrial();
    const { place, publicId } = await putSolana(trial);
    const tower = put(join(trial.directory, 'ledger/sub', `tower-1_9-${publicId}.bin`), 'tower');
    const state = [join(trial.directory, `ledger/*/tower-*-${publicId}.bin`)];
    expect(await statesOf(trial, { kind: 'solana', place, state })).toEqual([basename(tower)]);
    rmSync(tower);
    const refused = await refusalOf(() => statesOf(trial, { kind: 'solana', place, state }));
    expect([refused.code, refused.exitStatus]).toEqual(['BACKUP_STATE_MISSING', 4]);
  });

  test('an identity that may vote and has no tower is told of', async () => {
    const trial = await makeBackupTrial();
    const { place } = await putSolana(trial);
    expect(await statesOf(trial, { kind: 'solana', place, state: [] })).toEqual([]);
    expect(trial.events).toMatchObject([{ kind: 'warning', message: expect.stringContaining('no double-sign state') }]);
  });
});
