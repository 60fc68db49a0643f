import {
  chmodSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHomes, type Homes } from '../support/home.ts';
import { sealFile, textOf } from '../support/sealed-files.ts';
import { valops, type Ran } from '../support/valops.ts';

interface Place extends Homes {
  readonly at: (name: string) => string;
  readonly run: (...args: readonly string[]) => Promise<Ran>;
}

/** Three homes, a directory of files sealed to the first two keys, `to.txt` with the first and the third. */
async function makePlace(): Promise<Place> {
  const homes = await makeHomes();
  const { directory, recipients, keys } = homes;
  const at = (name: string): string => join(directory, name);
  mkdirSync(at('files'));
  for (const name of ['a', 'b']) await sealFile(at(`files/${name}.age`), `text of ${name}`, recipients.slice(0, 2));
  writeFileSync(at('to.txt'), `${recipients[0]}\n${recipients[2]}\n`);
  const run = (...args: readonly string[]): Promise<Ran> =>
    valops(['reseal', at('files'), '--to', at('to.txt'), '-i', keys[0], '--json', ...args], {
      home: homes.homes[0],
      cwd: directory,
    });
  return { ...homes, at, run };
}

function names(directory: string): readonly string[] {
  return readdirSync(directory).toSorted();
}

describe('reseal', () => {
  test('gives all files the new recipients and takes the removed one away; a second run finds nothing to do', async () => {
    const { at, keys, run, recipients } = await makePlace();
    chmodSync(at('files/a.age'), 0o640);
    const done = await run('--removed', keys[1], '--verify-with', keys[2], '--yes');
    expect(done.status, done.stderr).toBe(0);
    const document = done.json();
    expect(document).toMatchObject({
      schema: 'valops/reseal/1',
      verdict: 'resealed',
      resealed: 2,
      removedKeysTried: 1,
    });
    expect(Object.values(document['proven'] as object)).toEqual([2, 2]);
    expect(document['unproven']).toEqual([]);
    for (const name of ['a', 'b']) {
      const file = at(`files/${name}.age`);
      expect(await Promise.all(keys.map((key) => textOf(file, key)))).toEqual([
        `text of ${name}`,
        null,
        `text of ${name}`,
      ]);
    }
    expect(statSync(at('files/a.age')).mode & 0o777).toBe(0o640);
    expect(names(at('files'))).toEqual(['a.age', 'b.age']);
    const before = readFileSync(at('files/a.age'));
    const again = await run('--yes');
    expect([again.status, again.json()['verdict']]).toEqual([0, 'nothing-to-do']);
    expect(readFileSync(at('files/a.age')).equals(before)).toBe(true);
    expect(recipients).toHaveLength(3);
  });

  test('--plan changes nothing, and ends with 3 as long as there is something to do', async () => {
    const { at, run, homes } = await makePlace();
    const before = readFileSync(at('files/a.age'));
    const planned = await run('--plan');
    expect([planned.status, planned.json()['verdict']]).toEqual([3, 'planned']);
    expect(readFileSync(at('files/a.age')).equals(before)).toBe(true);
    expect(names(join(homes[0], 'reseal'))).toEqual(['lock']);
  });

  test('a file that no key opens is refused, nothing touched; --leave-foreign leaves and names it', async () => {
    const { at, run, recipients, keys } = await makePlace();
    await sealFile(at('files/c.age'), 'of another', [recipients[1]]);
    const before = readFileSync(at('files/a.age'));
    const refused = await run('--yes');
    expect([refused.status, refused.json()['code']]).toEqual([4, 'RESEAL_FOREIGN']);
    expect(readFileSync(at('files/a.age')).equals(before)).toBe(true);
    const done = await run('--yes', '--leave-foreign');
    expect(done.json()).toMatchObject({ resealed: 2, oldCopies: [{ path: at('files/c.age') }] });
    expect(await textOf(at('files/c.age'), keys[1])).toBe('of another');
  });

  test('one damaged file keeps all as they were', async () => {
    const { at, run } = await makePlace();
    const damaged = readFileSync(at('files/b.age'));
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    writeFileSync(at('files/b.age'), damaged);
    const before = readFileSync(at('files/a.age'));
    const failed = await run('--yes');
    expect([failed.status, failed.json()['code']]).toEqual([1, 'AGE_PAYLOAD_INVALID']);
    expect(failed.json()['message']).toContain(at('files/b.age'));
    expect(readFileSync(at('files/a.age')).equals(before)).toBe(true);
    expect(names(at('files'))).toEqual(['a.age', 'b.age']);
  });

  test('a removed key that is among the new recipients is refused', async () => {
    const { run, keys } = await makePlace();
    const refused = await run('--removed', keys[2], '--yes');
    expect([refused.status, refused.json()['code']]).toEqual([4, 'RESEAL_REMOVED_STAYS']);
  });

  test('without the key of any new recipient nothing could be proven: refused', async () => {
    const { at, run, recipients } = await makePlace();
    writeFileSync(at('to.txt'), `${recipients[2]}\n`);
    const refused = await run('--yes');
    expect([refused.status, refused.json()['code']]).toEqual([4, 'RESEAL_NO_PROOF']);
  });

  test('passphrases, links and shares stay apart; other names of an old file are told of', async () => {
    const { at, run, homes, keys, recipients } = await makePlace();
    const passphrase = { home: homes[0], fds: { 3: 'a passphrase\n' } };
    await valops(['encrypt', '--passphrase-fd', '3', '-p', '-o', at('files/p.age'), at('to.txt')], passphrase);
    symlinkSync('a.age', at('files/link.age'));
    linkSync(at('files/a.age'), at('hard.age'));
    const share = 'GMMZ-B1F9-JMCZ-H6HA-1-ann.age';
    await sealFile(at(`files/${share}`), 'a share', [recipients[0]]);
    const done = await run('--yes');
    expect(done.status, done.stderr).toBe(0);
    const document = done.json();
    expect(document).toMatchObject({ resealed: 2, plan: { links: [at('files/link.age')] } });
    const told = (document['oldCopies'] as readonly { readonly path: string }[]).map(({ path }) => path);
    expect(told.toSorted()).toEqual([at(`files/${share}`), at('files/a.age'), at('files/p.age')]);
    expect(await textOf(at('hard.age'), keys[1])).toBe('text of a');
    expect(await textOf(at('files/link.age'), keys[2])).toBe('text of a');
  });

  test('copies of one identity stay copies of one file, and the card names it', async () => {
    const { at, run, homes, keys, recipients } = await makePlace();
    const to = ['-r', recipients[0], '-r', recipients[1], '--out', at('files/id.age'), '--card', at('files/id.json')];
    const made = await valops(['identity', 'generate', '--kind', 'solana', '--unsafe-online', ...to], {
      home: homes[0],
    });
    expect(made.status, made.stderr).toBe(0);
    writeFileSync(at('files/copy.age'), readFileSync(at('files/id.age')));
    const done = await run('--yes');
    expect(done.json()).toMatchObject({ resealed: 4, cards: [{ path: at('files/id.json') }] });
    expect(readFileSync(at('files/copy.age')).equals(readFileSync(at('files/id.age')))).toBe(true);
    for (const name of ['id.age', 'copy.age']) {
      const verify = ['identity', 'verify', at(`files/${name}`), '--card', at('files/id.json'), '-i', keys[2]];
      expect((await valops(verify, { home: homes[0] })).status).toBe(0);
    }
  });

  test('copies in the catalogue are told of, and a catalogued file is left', async () => {
    const { at, run, homes, recipients } = await makePlace();
    const { createHash } = await import('node:crypto');
    const bytes = readFileSync(at('files/a.age'));
    mkdirSync(join(homes[0], 'backups'));
    const backup = {
      ...{ id: '0123456789abcdef', size: bytes.length, recipients: [{ class: 'host', fingerprint: 'SHA256:old' }] },
      ...{ sha256: createHash('sha256').update(bytes).digest('hex'), copies: [{ path: '/media/usb/a.age' }] },
    };
    writeFileSync(join(homes[0], 'backups/catalogue.json'), JSON.stringify({ backups: [backup] }));
    const done = await run('--yes');
    expect(done.status, done.stderr).toBe(0);
    expect(done.json()).toMatchObject({ resealed: 1 });
    const told = done.json()['oldCopies'] as readonly Record<string, unknown>[];
    expect(told).toContainEqual({
      path: '/media/usb/a.age',
      what: 'backup 0123456789abcdef',
      opensWith: ['SHA256:old'],
    });
    expect(readFileSync(at('files/a.age')).equals(bytes)).toBe(true);
    expect(recipients).toHaveLength(3);
  });
});
