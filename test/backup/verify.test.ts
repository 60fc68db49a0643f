import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyBackups, type VerifiedBackup } from '../../src/backup/verify.ts';
import { after, day, makeBackupTrial, put, putKey, type BackupTrial } from '../support/backup.ts';

async function verify(trial: BackupTrial, path: string, ...keys: readonly string[]): Promise<VerifiedBackup> {
  const opening = { identityFiles: keys, shares: [], typed: false, passphraseFd: undefined };
  const [verified] = await verifyBackups(trial.context, [path], opening);
  if (verified === undefined) throw new Error('one verdict was expected');
  return verified;
}

function flip(path: string, at: number, bit = 1): Buffer {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ bit;
  return bytes;
}

/** A trial whose backup has several chunks, and what verifying it needs. */
async function backedUp(size = 200_000): Promise<{ trial: BackupTrial; one: string; two: string }> {
  const trial = await makeBackupTrial();
  put(join(trial.directory, 'etc/blob'), Buffer.alloc(size, 5));
  const { written } = await trial.create({ include: [join(trial.directory, 'etc')] });
  const [one = '', two = ''] = written;
  return { trial, one, two };
}

describe('backup verify', () => {
  test('without a key: intact by the catalogue; with one: proven, every public id derived again', async () => {
    const { trial, one } = await backedUp();
    expect(await verify(trial, one)).toMatchObject({ verdict: 'intact', problem: null, where: null, content: null });
    trial.now = after(trial.now, day);
    for (const key of [trial.offline, trial.host]) {
      expect(await verify(trial, one, key.path)).toMatchObject({
        verdict: 'proven',
        problem: null,
        content: { host: 'alpha', members: 5, identities: [{ kind: 'cometbft', publicId: trial.publicId }] },
      });
    }
    expect(trial.catalogue().backups[0]?.copies[0]?.verifiedAt).toBe('2026-03-02T10:00:00.000Z');
    const journal = readFileSync(join(trial.directory, 'home/journal.jsonl'), 'utf8');
    expect(journal).toContain('"backup.verify"');
  });

  test('what neither a key nor the catalogue knows is unproven, and says which key was tried', async () => {
    const { trial, one } = await backedUp();
    const stranger = await putKey(join(trial.directory, 'stranger.key'));
    expect(await verify(trial, one, stranger.path)).toMatchObject({ verdict: 'unproven', content: null });
    rmSync(join(trial.directory, 'home/backups'), { recursive: true });
    expect(await verify(trial, one)).toMatchObject({ verdict: 'unproven', backup: null });
    expect(await verify(trial, one, trial.offline.path)).toMatchObject({ verdict: 'proven', backup: null });
    expect(await verify(trial, join(trial.directory, 'nowhere.age'))).toMatchObject({ verdict: 'unreadable' });
    const other = put(join(trial.directory, 'other.age'), 'not age at all');
    expect(await verify(trial, other)).toMatchObject({ verdict: 'damaged', where: 'header' });
  });

  test('any one flipped bit is detected and located, without a key', { timeout: 120_000 }, async () => {
    const { trial, one, two } = await backedUp();
    const size = readFileSync(one).length;
    const header = readFileSync(one).indexOf('\n--- ') + 1;
    const positions = [0, 30, header - 10, header + 10, header + 60, header + 64 + 70_000, size - 1];
    for (const at of positions) {
      const good = readFileSync(one);
      writeFileSync(one, flip(two, at, 1 << (at % 8)));
      const { verdict, problem, where } = await verify(trial, one);
      expect([at, verdict, problem === null, where]).toEqual([
        at,
        'damaged',
        false,
        expect.stringMatching(new RegExp(`^(header|payload chunk \\d of 4), byte ${at}$`)),
      ]);
      expect([at, where?.startsWith('header')]).toEqual([at, at < header + 48]);
      writeFileSync(one, good);
    }
  });

  test(
    'any one flipped bit is detected with a key, without anything to compare with',
    { timeout: 120_000 },
    async () => {
      const { trial, one } = await backedUp();
      rmSync(join(trial.directory, 'home/backups'), { recursive: true });
      const bytes = readFileSync(one);
      const payload = bytes.indexOf('\n', bytes.indexOf('\n--- ') + 1) + 1;
      const chunk = 65_552;
      const step = Math.floor(bytes.length / 50);
      // every byte of the header and of the nonce, the borders of chunks, and samples of all the rest
      const positions = [
        ...Array(payload + 17).keys(),
        ...[1, 2, 3].flatMap((nth) => [-1, 0].map((off) => payload + 16 + nth * chunk + off)),
        ...Array.from({ length: 50 }, (_, nth) => nth * step),
        bytes.length - 1,
      ];
      const paths = positions.map((at) => put(join(trial.directory, 'bad', `${at}.age`), flip(one, at, 1 << (at % 8))));
      const opening = { identityFiles: [trial.offline.path], shares: [], typed: false, passphraseFd: undefined };
      const found = await verifyBackups(trial.context, paths, opening);
      positions.forEach((at, index) => {
        const { verdict, problem, where } = found[index] ?? {};
        // a stanza that was changed is nobody's any more: then no key opens the file
        const said = verdict === 'damaged' || (verdict === 'unproven' && at < payload);
        expect([at, said, problem === null]).toEqual([at, true, false]);
        const nth = Math.floor(Math.max(0, at - payload - 16) / chunk) + 1;
        const part = at < payload ? 'header' : `payload chunk ${nth}`;
        if (verdict === 'damaged') expect([at, where]).toEqual([at, expect.stringContaining(part)]);
      });
    },
  );

  test('the member is named where one is reached', async () => {
    const { trial, one } = await backedUp(2_000_000);
    const bad = put(join(trial.directory, 'bad.age'), flip(one, 1_500_000));
    expect((await verify(trial, bad, trial.offline.path)).where).toBe(
      `payload chunk 23, at or after member "members${trial.directory}/etc/blob"`,
    );
  });

  test('cut short or extended anywhere', async () => {
    const { trial, one, two } = await backedUp();
    const bytes = readFileSync(two);
    for (const changed of [
      bytes.subarray(0, 10),
      bytes.subarray(0, bytes.length - 1),
      bytes.subarray(0, 65_552 * 2),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      Buffer.alloc(0),
    ]) {
      writeFileSync(one, changed);
      expect((await verify(trial, one)).verdict).toBe('damaged');
      expect((await verify(trial, one, trial.offline.path)).verdict).toBe('damaged');
    }
  });

  test('recipients that differ from the catalogue are told', async () => {
    const { trial, one } = await backedUp();
    const path = join(trial.directory, 'home/backups/catalogue.json');
    const catalogue = JSON.parse(readFileSync(path, 'utf8')) as { backups: [{ recipients: unknown[] }] };
    catalogue.backups[0].recipients.pop();
    writeFileSync(path, JSON.stringify(catalogue));
    expect(await verify(trial, one)).toMatchObject({
      verdict: 'damaged',
      problem: 'the header has 2 of type X25519, the catalogue 1',
      where: 'header',
    });
  });

  test('another sound backup under the name of one in the catalogue is proven by a key, and is not taken for it', async () => {
    const { trial, one } = await backedUp();
    const other = await backedUp();
    writeFileSync(one, readFileSync(other.one));
    expect(await verify(trial, one)).toMatchObject({ verdict: 'damaged' });
    expect(await verify(trial, one, other.trial.offline.path)).toMatchObject({
      verdict: 'proven',
      backup: null,
      content: { identities: [{ publicId: other.trial.publicId }] },
    });
  });
});
