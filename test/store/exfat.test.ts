import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMountExfat, mountExfat, type Stick } from '../support/exfat.ts';
import { makeHomesIn, type Homes } from '../support/home.ts';
import { valops, type Ran, type RunOptions } from '../support/valops.ts';

describe.runIf(canMountExfat)('a stick with exFAT (needs root, /dev/fuse, exfatprogs and exfat-fuse)', () => {
  let directory: string;
  let stick: Stick;
  let made: Homes;
  let trustees: Homes;

  const on = (...names: readonly string[]): string => join(stick.path, ...names);
  const call = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
    valops(args, { home: made.homes[0], cwd: directory, ...options });
  const done = async (args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
    const ran = await call(args, options);
    expect(ran.status, `${args.join(' ')}\n${ran.stderr}`).toBe(0);
    return ran;
  };
  const expectRefused = async (args: readonly string[], options: RunOptions = {}): Promise<void> => {
    const ran = await call([...args, '--json'], options);
    expect([ran.status, ran.json()]).toMatchObject([
      4,
      {
        code: 'FILE_NOT_PRIVATE',
        message: expect.stringContaining('mode 0777'),
        hint: expect.stringContaining('fmask'),
      },
    ]);
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'valops-exfat-'));
    stick = mountExfat(directory);
    made = await makeHomesIn(directory);
    mkdirSync(join(directory, 'trustees'));
    trustees = await makeHomesIn(join(directory, 'trustees'));
    const [first, second] = made.recipients;
    writeFileSync(on('recipients.txt'), `${second}\n`);
    const sealed = ['--unsafe-online', '-r', first, '-r', second, '--out', on('id.age'), '--card', on('id.json')];
    await done(['identity', 'generate', '--kind', 'solana', ...sealed]);
  });
  afterAll(() => {
    stick.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  test('it keeps no modes and knows no links', () => {
    expect(statSync(on('id.age')).mode & 0o777).toBe(0o777);
  });

  test('sealed files, cards and shares are written, opened and sealed anew there', async () => {
    const [, second, third] = made.recipients;
    await done(['identity', 'verify', on('id.age'), '--card', on('id.json'), '-i', made.keys[1]]);
    const named = trustees.recipients.flatMap((recipient, at) => ['--trustee', `t${at}=${recipient}`]);
    await done(['keys', 'escrow', 'split', '--threshold', '2', ...named, '--out', on('shares')]);
    expect(readdirSync(on('shares')).filter((name) => name.endsWith('.age'))).toHaveLength(3);
    writeFileSync(on('to.txt'), `${second}\n${third}\n`);
    const keys = ['-i', made.keys[1], '--verify-with', made.keys[2]];
    await done(['reseal', on('id.age'), '--to', on('to.txt'), ...keys, '--yes']);
    await done(['identity', 'verify', on('id.age'), '--card', on('id.json'), '-i', made.keys[2]]);
    expect((await call(['identity', 'verify', on('id.age'), '--card', on('id.json'), '-i', made.keys[0]])).status).toBe(
      1,
    );
  });

  test('a name that is taken is not replaced, though there are no links', async () => {
    writeFileSync(join(directory, 'plain'), 'x');
    const ran = await call(['encrypt', '-r', made.recipients[0], '-o', on('id.age'), join(directory, 'plain')]);
    expect([ran.status, ran.stderr]).toMatchObject([4, expect.stringContaining('exists already')]);
  });

  test('a backup is written, found, proven and restored from it', async () => {
    const deployed = join(directory, 'deployed.json');
    const key = ['-i', made.keys[1]];
    await done(['identity', 'restore', on('id.age'), '--card', on('id.json'), ...key, '--to', deployed, '--yes']);
    mkdirSync(on('backups'));
    writeFileSync(
      join(directory, 'valops.yaml'),
      `backup:
  identities: [{ kind: solana, place: ${deployed}, card: ${on('id.json')}, sealed: ${on('id.age')} }]
  recipients: { offline: [${on('recipients.txt')}] }
  to: [${on('backups')}]
`,
    );
    await done(['backup', 'create', '--host', 'val-1']);
    const [name = ''] = readdirSync(on('backups'));
    await done(['backup', 'verify', on('backups', name), ...key]);
    const root = join(directory, 'root');
    await done(['backup', 'restore', on('backups', name), ...key, '--root', root, '--yes']);
    expect(readFileSync(join(root, deployed)).equals(readFileSync(deployed))).toBe(true);
    expect(statSync(join(root, deployed)).mode & 0o777).toBe(0o600);

    await expectRefused(['backup', 'restore', on('backups', name), ...key, '--root', on('root'), '--yes']);
    expect(existsSync(on('root', deployed))).toBe(false);
  });

  test('no private key is written in clear where everybody may read it', async () => {
    await expectRefused(['keys', 'init'], { home: on('home') });
    expect(readdirSync(on('home', 'age'))).toEqual([]);
    const opened = [on('id.age'), '--card', on('id.json'), '-i', made.keys[1]];
    await expectRefused(['identity', 'restore', ...opened, '--to', on('key.json'), '--yes']);
    const shares = readdirSync(on('shares')).filter((name) => name.endsWith('.age'));
    const keys = trustees.keys.flatMap((path) => ['-i', path]);
    const pieces = shares.map((name) => on('shares', name));
    await expectRefused(['keys', 'escrow', 'recover', ...pieces, ...keys, '-o', on('recovered.key')]);
    expect(readdirSync(stick.path).sort()).toEqual(
      ['backups', 'home', 'id.age', 'id.json', 'recipients.txt', 'root', 'shares', 'to.txt'].sort(),
    );
  });

  test('a private key under a passphrase may lie there, and be replaced there', async () => {
    const home = on('protected');
    const secret = { home, fds: { 3: 'zebra quorum violet anchor\n' } };
    await done(['keys', 'init', '--passphrase', '--passphrase-fd', '3'], secret);
    await done(['keys', 'rotate', '--passphrase-fd', '3', '--yes'], secret);
    expect(readdirSync(join(home, 'age')).some((name) => name.includes('.retired-'))).toBe(true);
    rmSync(home, { recursive: true });
  });

  test('decrypt writes what it is asked for, and says who can read it', async () => {
    writeFileSync(join(directory, 'note'), 'hello');
    const sealed = join(directory, 'note.age');
    await done(['encrypt', '-r', made.recipients[0], '-o', sealed, join(directory, 'note')]);
    const ran = await done(['decrypt', '-i', made.keys[0], '-o', on('note'), sealed]);
    expect(readFileSync(on('note'), 'utf8')).toBe('hello');
    expect(ran.stderr).toContain(`others can read "${on('note')}": its file system gives every file mode 0777`);
  });

  test('pinned binaries are carried over it', async () => {
    const side = (name: string): string => join(directory, name);
    for (const name of ['build', 'host']) mkdirSync(join(side(name), 'home'), { recursive: true, mode: 0o700 });
    writeFileSync(join(side('build'), 'demo-1.0'), '#!/bin/sh\necho demo 1.0\n');
    const source = `{ type: directory, path: ${side('build')}, file: 'demo-{version}' }`;
    writeFileSync(
      join(side('build'), 'valops.yaml'),
      `binaries: { demo: { version: '1.0', source: ${source}, check: [bin/demo] } }\nsync: { prefix: ${join(side('host'), 'opt')} }\n`,
    );
    const sync = (name: string, ...args: readonly string[]): Promise<Ran> =>
      done(['sync', ...args], { home: join(side(name), 'home'), cwd: side(name) });
    await sync('build', 'pin', 'demo', '--yes', '--unsafe-first-use');
    const { manifestSha256 } = (await sync('build', 'export', on('bundle'), '--json')).json();
    rmSync(side('build'), { recursive: true });
    await sync('host', 'import', on('bundle'), '--yes', '--manifest', String(manifestSha256));
    await sync('host', '--offline', '--yes');
    expect(readFileSync(join(side('host'), 'opt/bin/demo'), 'utf8')).toContain('demo 1.0');
  });
});
