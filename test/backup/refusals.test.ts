import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sealBytes } from '../../src/age/engine.ts';
import { passphraseRecipient } from '../../src/age/recipients.ts';
import type { BackupPolicy } from '../../src/backup/policy.ts';
import { classedRecipients } from '../../src/backup/recipients.ts';
import { Secret } from '../../src/lib/secret.ts';
import { makeBackupTrial, put, putKey, type BackupTrial } from '../support/backup.ts';
import { refusalOf } from '../support/kinds.ts';

/** Refused with exit 4, a hint, and nothing written anywhere. */
async function refused(
  trial: BackupTrial,
  policy: Partial<BackupPolicy>,
  to: readonly string[] = [],
): Promise<readonly [string, string]> {
  const error = await refusalOf(() => trial.create(policy, to));
  expect(error.exitStatus).toBe(4);
  for (const medium of trial.media) {
    expect(readdirSync(medium).filter((name) => /backup/.test(name))).toEqual([]);
  }
  return [error.code, error.message];
}

const only = (trial: BackupTrial, recipients: Partial<BackupPolicy['recipients']>): Partial<BackupPolicy> => ({
  recipients: { host: [], offline: [], escrow: [], ...recipients },
  to: trial.media,
});

describe('recipients', () => {
  test('keys of hosts alone are refused, whatever class they are listed under', async () => {
    const trial = await makeBackupTrial();
    const { host } = trial;
    const other = await putKey(join(trial.directory, 'home/age/mainnet/host-identity.key'));
    for (const recipients of [
      { host: [host.recipient] },
      { offline: [host.recipient] },
      { escrow: [host.recipient], offline: [other.recipient] },
      { host: [trial.offline.recipient] },
    ]) {
      expect((await refused(trial, only(trial, recipients)))[0]).toBe('BACKUP_HOST_ONLY');
    }
    // only the public half of a former key is left
    rmSync(other.path);
    expect((await refused(trial, only(trial, { offline: [other.recipient] })))[0]).toBe('BACKUP_HOST_ONLY');
    // as a file of recipients, too
    const file = put(join(trial.directory, 'conf/recipients.txt'), `# us\n${host.recipient}\n`);
    expect((await refused(trial, only(trial, { offline: [file] })))[0]).toBe('BACKUP_HOST_ONLY');
  });

  test('no recipient at all is a usage error', async () => {
    const trial = await makeBackupTrial();
    const error = await refusalOf(() => trial.create(only(trial, {})));
    expect([error.code, error.exitStatus]).toEqual(['USAGE', 2]);
  });

  test('classes: a key of this home is a host key, further ones are offline, one given twice counts once', async () => {
    const trial = await makeBackupTrial();
    const further = await putKey(join(trial.directory, 'further.key'));
    const { listed } = await classedRecipients(
      trial.context,
      only(trial, {
        offline: [trial.host.recipient, trial.offline.recipient],
        escrow: [trial.escrow.recipient],
      }) as Pick<BackupPolicy, 'recipients'>,
      { recipients: [further.recipient, trial.escrow.recipient], recipientsFiles: [] },
    );
    expect(listed.map((one) => one.class)).toEqual(['escrow', 'host', 'offline', 'offline']);
    expect(listed.map(({ type }) => type)).toEqual(Array(4).fill('X25519'));
  });

  test('a secret key in place of a recipient is refused without being repeated', async () => {
    const trial = await makeBackupTrial();
    const secret = 'AGE-SECRET-KEY-1QQPQYU9EHE8X';
    const error = await refusalOf(() => trial.create(only(trial, { offline: [secret] })), [secret]);
    expect(error.exitStatus).toBe(2);
  });
});

describe('destinations', () => {
  test('beside a key of this home: within the home, or above it', async () => {
    const trial = await makeBackupTrial();
    mkdirSync(join(trial.directory, 'home/backups'));
    for (const name of ['home/backups', 'home', 'home/age', '.']) {
      const [code, message] = await refused(trial, {}, [trial.media[0], join(trial.directory, name)]);
      expect([code, message]).toEqual(['BACKUP_BESIDE_KEY', expect.stringContaining('private key')]);
    }
  });

  test('beside an offline key: in the directory, below it, above it, at the end of a link', async () => {
    const trial = await makeBackupTrial();
    const [one] = trial.media;
    await refused(trial, {}, [join(trial.directory, 'safe')]);
    mkdirSync(join(trial.directory, 'safe/deep/er'), { recursive: true });
    await refused(trial, {}, [join(trial.directory, 'safe/deep/er')]);
    symlinkSync(join(trial.directory, 'safe'), join(trial.directory, 'innocent'));
    await refused(trial, {}, [join(trial.directory, 'innocent')]);
    const copy = await putKey(join(one, 'a/b/c/offline.key'));
    const [code, message] = await refused(trial, only(trial, { offline: [copy.recipient] }), [one]);
    expect([code, message]).toEqual(['BACKUP_BESIDE_KEY', expect.stringContaining(`"${copy.path}"`)]);
    // a key that opens something else is nobody's business
    expect((await trial.create({}, [one])).verdict).toBe('created');
  });

  test('beside an SSH key, and a key protected by a passphrase that has its public half beside it', async () => {
    const trial = await makeBackupTrial();
    const [one] = trial.media;
    const ssh = join(one, 'id_ed25519');
    expect(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', ssh]).status).toBe(0);
    const listed = spawnSync('cat', [`${ssh}.pub`])
      .stdout.toString()
      .trim();
    expect((await refused(trial, only(trial, { offline: [listed] }), [one]))[0]).toBe('BACKUP_BESIDE_KEY');
    rmSync(ssh);
    expect((await trial.create(only(trial, { offline: [listed] }), [one])).verdict).toBe('created');

    const [, two] = trial.media;
    const key = await putKey(join(two, 'offline.key'));
    const plain = trial.context.files.read(key.path);
    const sealed = await sealBytes(plain, [passphraseRecipient(Secret.fromText('correct horse'))]);
    writeFileSync(key.path, sealed);
    const error = await refusalOf(() => trial.create(only(trial, { offline: [key.recipient] }), [two]));
    expect(error.code).toBe('BACKUP_BESIDE_KEY');
  });

  test.each([
    ['binary', ''],
    ['armored', '-a'],
  ])('a protected key that has no recipient beside it is told of: %s', async (_, armor) => {
    const trial = await makeBackupTrial();
    const [one, two] = trial.media;
    const key = await putKey(join(trial.directory, 'other/retired.key'));
    const sealed = await sealBytes(trial.context.files.read(key.path), [passphraseRecipient(Secret.fromText('x y'))]);
    const lines =
      Buffer.from(sealed)
        .toString('base64')
        .match(/.{1,64}/g) ?? [];
    const text = ['-----BEGIN AGE ENCRYPTED FILE-----', ...lines, '-----END AGE ENCRYPTED FILE-----', ''].join('\n');
    const path = put(join(two, 'host-identity.key.retired-2026-01-01'), armor === '' ? sealed : text);
    await trial.create({}, [one, two]);
    const warnings = trial.events.filter(({ kind }) => kind === 'warning');
    expect(warnings).toEqual([
      expect.objectContaining({ message: expect.stringContaining(`with "${path}"`) as string }),
    ]);
  });

  test('beside the directory of a key, as in the home of another operator', async () => {
    const trial = await makeBackupTrial();
    const key = await putKey(join(trial.directory, 'offline/age/host-identity.key'));
    const beside = join(trial.directory, 'offline/backups');
    mkdirSync(beside);
    const [code, message] = await refused(trial, only(trial, { offline: [key.recipient] }), [beside]);
    expect([code, message]).toEqual(['BACKUP_BESIDE_KEY', expect.stringContaining(key.path)]);
  });

  test('in the directory of a recipients file that has a private key beside it', async () => {
    const trial = await makeBackupTrial();
    const { offline } = trial;
    const file = join(trial.directory, 'safe/offline.pub');
    mkdirSync(join(trial.directory, 'safe/backups'));
    const [code] = await refused(trial, only(trial, { offline: [file] }), [join(trial.directory, 'safe/backups')]);
    expect(code).toBe('BACKUP_BESIDE_KEY');
    expect(offline.path).toContain('safe');
  });

  test('one directory twice, by name or by link; one that is not there; a file; one that is backed up', async () => {
    const trial = await makeBackupTrial();
    const [one] = trial.media;
    const link = join(trial.directory, 'link');
    symlinkSync(one, link);
    for (const to of [[one, one], [one, link], [one, `${one}/../one/`], [join(trial.directory, 'nowhere')]]) {
      expect((await refused(trial, {}, to))[0]).toBe('BACKUP_DESTINATION_UNSAFE');
    }
    const file = put(join(trial.directory, 'file'), 'x');
    expect((await refused(trial, {}, [file]))[0]).toBe('BACKUP_DESTINATION_UNSAFE');
    const include = [join(trial.directory, 'media')];
    expect((await refused(trial, { include }))[1]).toContain('every backup would hold the ones before it');
  });
});

describe('a medium that is not mounted', () => {
  test('does not become a directory of the disk below: refused where the last copy went to a medium', async () => {
    const trial = await makeBackupTrial();
    const [one, two] = trial.media;
    trial.mounted = [one, two];
    await trial.create();
    expect(trial.catalogue().backups[0]?.copies.map(({ mountPoint }) => mountPoint)).toEqual([one, two]);
    trial.sign(2);
    trial.mounted = [one];
    rmSync(two, { recursive: true });
    mkdirSync(two);
    const error = await refusalOf(() => trial.create());
    expect([error.code, error.exitStatus, error.hint]).toEqual([
      'BACKUP_DESTINATION_UNSAFE',
      4,
      expect.stringContaining('Mount the medium'),
    ]);
    expect(error.message).toContain(`nothing is mounted at "${two}" now`);
    expect([readdirSync(two), trial.catalogue().backups.length]).toEqual([[], 1]);
    trial.mounted = [one, two];
    expect((await trial.create()).written.length).toBe(2);
  });

  test('a directory that was on the disk of the machine, or is on another medium now, is taken', async () => {
    const trial = await makeBackupTrial();
    const [one, two] = trial.media;
    trial.mounted = [];
    await trial.create({}, [one]);
    trial.mounted = [join(trial.directory, 'media'), two];
    trial.sign(2);
    expect((await trial.create()).written.length).toBe(2);
    trial.mounted = [one, two];
    trial.sign(3);
    expect((await trial.create()).written.length).toBe(2);
  });
});

describe('sources', () => {
  test('a link anywhere in what is included, and special files', async () => {
    const trial = await makeBackupTrial();
    const etc = join(trial.directory, 'etc');
    put(join(etc, 'sub/a'), 'a');
    symlinkSync('/etc/hostname', join(etc, 'sub/link'));
    expect(await refused(trial, { include: [etc] })).toEqual([
      'BACKUP_SOURCE_UNSAFE',
      `"${etc}/sub/link" is a symbolic link; nothing was written`,
    ]);
    rmSync(join(etc, 'sub/link'));
    expect(spawnSync('mkfifo', [join(etc, 'pipe')]).status).toBe(0);
    expect((await refused(trial, { include: [etc] }))[0]).toBe('BACKUP_SOURCE_UNSAFE');
  });

  test('a key that is not the one of its card, and a state that is missing', async () => {
    const trial = await makeBackupTrial();
    const card = {
      schema: 'valops/identity-card/1',
      kind: 'cometbft',
      publicId: '0'.repeat(40),
      publicKey: '00'.repeat(32),
      sealed: { file: 'x.age', sha256: '0'.repeat(64), size: 1, recipients: [] },
      createdAt: '2026-01-01T00:00:00.000Z',
      online: false,
      tool: 'valops 0.1.0',
    };
    const path = put(join(trial.directory, 'card.json'), JSON.stringify(card));
    const identities = [{ kind: 'cometbft', place: trial.validator, card: path, state: [] }];
    const [code, message] = await refused(trial, { identities });
    expect([code, message]).toEqual(['IDENTITY_CARD_MISMATCH', expect.stringContaining(trial.publicId)]);

    const state = join(trial.validator, 'data/priv_validator_state.json');
    rmSync(state);
    expect(await refused(trial, {})).toEqual([
      'BACKUP_STATE_MISSING',
      `there is no double-sign state at "${state}"; nothing was written`,
    ]);
    trial.sign(3);
    const tower = [{ kind: 'cometbft', place: trial.validator, state: ['data/tower-*.bin'] }];
    expect((await refused(trial, { identities: tower }))[0]).toBe('BACKUP_STATE_MISSING');
    put(join(trial.validator, 'data/tower-1_9-x.bin'), 'tower');
    expect((await trial.create({ identities: tower })).verdict).toBe('created');
  });

  test('an identity that is not there, damaged or not readable is an error, not an empty backup', async () => {
    const trial = await makeBackupTrial();
    const missing = [{ kind: 'cometbft', place: join(trial.directory, 'nowhere'), state: [] }];
    expect((await refusalOf(() => trial.create({ identities: missing }))).code).toBe('FILE_NOT_FOUND');
    const wrong = [{ kind: 'solana', place: join(trial.validator, 'config/node_key.json'), state: [] }];
    expect((await refusalOf(() => trial.create({ identities: wrong }))).code).toBe('IDENTITY_PAYLOAD_INVALID');
    const nothing = await refusalOf(() => trial.create({ identities: [], include: [] }));
    expect([nothing.code, nothing.exitStatus]).toEqual(['BACKUP_NOTHING_DECLARED', 2]);
    for (const medium of trial.media) expect(readdirSync(medium)).toEqual([]);
  });
});
