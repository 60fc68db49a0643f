import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeHomes } from '../support/home.ts';
import { program, run, valops, type Ran } from '../support/valops.ts';

const isRoot = process.geteuid?.() === 0;
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];

async function onFullDisk(args: readonly string[], home: string): Promise<Ran> {
  const full = openSync('/dev/full', 'w');
  try {
    return await valops(args, { home, stdout: full });
  } finally {
    closeSync(full);
  }
}

describe('standard output on a full disk', () => {
  test('fails every command that has a result, and says why', async () => {
    const {
      directory,
      homes: [home],
      keys: [key],
      recipients: [recipient],
    } = await makeHomes();
    const plain = join(directory, 'plain');
    writeFileSync(plain, 'x'.repeat(200_000));
    const sealed = join(directory, 'sealed.age');
    expect((await valops(['encrypt', '-r', recipient, '-o', sealed, plain], { home })).status).toBe(0);
    for (const args of [
      ['keys', 'show'],
      ['identity', 'kinds', '--json'],
      ['journal', 'show'],
      ['inspect', sealed],
      ['encrypt', '-r', recipient, plain],
      ['decrypt', '-i', key, sealed],
    ]) {
      const ran = await onFullDisk(args, home);
      expect([args.join(' '), ran.status, ran.hung]).toEqual([args.join(' '), 1, false]);
      expect(ran.stderr).toMatch(/^valops: .*(standard output|write)/m);
      expect(ran.stderr).not.toContain('this is a bug');
    }
  });
});

describe('a reader that goes away', () => {
  test('ends a stream without a stack trace and without hanging', async () => {
    const {
      directory,
      homes: [home],
      keys: [key],
      recipients: [recipient],
    } = await makeHomes();
    const plain = join(directory, 'plain');
    writeFileSync(plain, 'x'.repeat(5_000_000));
    const sealed = join(directory, 'sealed.age');
    expect((await valops(['encrypt', '-r', recipient, '-o', sealed, plain], { home })).status).toBe(0);
    for (const args of [
      ['decrypt', '-i', key, sealed],
      ['encrypt', '-r', recipient, plain],
      ['--help'],
      ['identity', 'kinds'],
    ]) {
      const ran = await run(['sh', '-c', '"$@" | head -c 1 > /dev/null', 'sh', ...program, ...args], { home });
      expect([args[0], ran.hung, ran.stderr.includes('    at ')]).toEqual([args[0], false, false]);
      expect(ran.stderr).not.toContain('this is a bug');
    }
  });
});

test('standard output that is closed does not keep a key from being made or an exit status from being told', async () => {
  const { directory } = await makeHomes();
  const home = join(directory, 'closed');
  mkdirSync(home, { mode: 0o700 });
  const ran = await run(['sh', '-c', '"$@" >&-', 'sh', ...program, 'keys', 'init'], { home });
  expect(ran.hung).toBe(false);
  expect(ran.stderr).not.toContain('this is a bug');
  expect(existsSync(join(home, 'age', 'host-identity.key'))).toBe(true);
});

describe.runIf(isRoot)('as a user without rights (needs root, to become one)', () => {
  test('a VALOPS_HOME that cannot be written is refused, and nothing is made', async () => {
    const { directory } = await makeHomes();
    chmodSync(directory, 0o755);
    const home = join(directory, 'foreign');
    mkdirSync(home, { mode: 0o755 });
    const ran = await valops(['keys', 'init', '--json'], { home, prefix: nobody, cwd: '/' });
    expect(ran.status, ran.stderr).toBe(1);
    expect(ran.json()['code']).toMatch(/^(JOURNAL|FILE)_UNWRITABLE$/);
    expect(readdirSync(home)).toEqual([]);
  });

  test('a journal that cannot be written keeps a key from being used', async () => {
    const {
      directory,
      recipients: [recipient],
    } = await makeHomes();
    chmodSync(directory, 0o777);
    const home = join(directory, 'own');
    mkdirSync(home);
    chmodSync(home, 0o777);
    const made = await valops(['keys', 'init'], { home, prefix: nobody, cwd: '/' });
    expect(made.status, made.stderr).toBe(0);
    const key = join(home, 'age', 'host-identity.key');
    const own = readFileSync(join(home, 'age', 'host-identity.pub'), 'utf8').trim();
    const sealed = join(directory, 'sealed.age');
    const options = { home, prefix: nobody, cwd: '/', stdin: Buffer.from('plain') };
    expect((await valops(['encrypt', '-r', own, '-r', recipient, '-o', sealed], options)).status).toBe(0);
    chmodSync(join(home, 'journal.jsonl'), 0o400);
    const journal = readFileSync(join(home, 'journal.jsonl'));
    const opened = await valops(['decrypt', '-i', key, '-o', join(directory, 'out'), sealed], options);
    expect(opened.status, opened.stderr).toBe(1);
    expect(opened.stderr).toContain('cannot write the journal');
    expect(existsSync(join(directory, 'out'))).toBe(false);
    expect(readFileSync(join(home, 'journal.jsonl')).equals(journal)).toBe(true);
  });

  test('an owner is given to the restored file and to the directories made for it', async () => {
    const {
      directory,
      homes: [home],
      keys: [key],
      recipients,
    } = await makeHomes();
    const [file, card] = [join(directory, 'id.age'), join(directory, 'id.json')];
    const recipientOptions = ['-r', recipients[0], '-r', recipients[1]];
    await valops(
      [
        'identity',
        'generate',
        '--kind',
        'cometbft',
        '--unsafe-online',
        ...recipientOptions,
        '--out',
        file,
        '--card',
        card,
      ],
      { home },
    );
    const to = join(directory, 'validator');
    const restored = await valops(
      ['identity', 'restore', file, '--card', card, '-i', key, '--to', to, '--owner', '65534:65534', '--yes'],
      { home },
    );
    expect(restored.status, restored.stderr).toBe(0);
    const owners = await run(['find', to, '-printf', '%U:%G %m %P\n'], { home });
    expect(owners.stdout.trim().split('\n').sort()).toEqual([
      '65534:65534 600 config/node_key.json',
      '65534:65534 600 config/priv_validator_key.json',
      '65534:65534 600 data/priv_validator_state.json',
      '65534:65534 700 ',
      '65534:65534 700 config',
      '65534:65534 700 data',
    ]);
  });
});
