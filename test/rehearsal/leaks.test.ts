import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bech32 } from '@scure/base';
import { describe, expect, test } from 'vitest';
import { formsOf, found, type Needle } from '../support/encodings.ts';
import { makeHome } from '../support/home.ts';
import { canGoOffline, offlinePrefix } from '../support/offline.ts';
import { watchProcesses } from '../support/process-watch.ts';
import { snapshot } from '../support/snapshot.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { valops, type Ran, type RunOptions } from '../support/valops.ts';

const passphrase = 'zebra quorum violet anchor';

const kinds: Readonly<Record<string, readonly string[]>> = {
  'libp2p-secp256k1': [],
  'libp2p-ed25519': [],
  solana: ['--words', '24'],
  cometbft: [],
  command: [
    ...[
      '--generator',
      `sh -c 'echo secret=$(od -An -tx1 -N32 /dev/urandom | tr -d " \\n") public=peer > {dir}/made; cat {dir}/made'`,
    ],
    ...['--secret-pattern', 'secret=([0-9a-f]{64})', '--public-pattern', 'public=([a-z]+)'],
  ],
};

/** What each kind's payload holds that is secret, as raw bytes. */
function secretsOf(kind: string, restored: string): readonly Uint8Array[] {
  const text = (path: string): string => readFileSync(path, 'utf8');
  if (kind === 'solana') return [Uint8Array.from(JSON.parse(text(restored)) as number[]).subarray(0, 32)];
  if (kind !== 'cometbft') return [Buffer.from(text(restored), 'hex')];
  return ['priv_validator_key.json', 'node_key.json'].map((name) => {
    const { priv_key } = JSON.parse(text(join(restored, 'config', name))) as { priv_key: { value: string } };
    return Buffer.from(priv_key.value, 'base64').subarray(0, 32);
  });
}

/** An age key file's secrets: the bech32 text in both cases, and the scalar. */
function ageSecrets(name: string, file: Buffer): readonly Needle[] {
  const text = /AGE-SECRET-KEY-1[0-9A-Z]+/.exec(file.toString())?.[0] ?? '';
  const { bytes } = bech32.decodeToBytes(text);
  return [
    { name: `${name}, bech32`, bytes: Buffer.from(text.slice('AGE-SECRET-KEY-1'.length)) },
    { name: `${name}, lower-case bech32`, bytes: Buffer.from(text.slice('AGE-SECRET-KEY-1'.length).toLowerCase()) },
    ...formsOf(name, bytes),
  ];
}

describe('leaks', () => {
  test(
    'a whole ceremony leaves no secret outside the key files, the seals and the restored files',
    { timeout: 180_000 },
    async () => {
      const directory = temporaryDirectory();
      const temporary = join(directory, 'tmp');
      mkdirSync(temporary);
      const watch = watchProcesses(temporary);
      const said: Buffer[] = [];
      const call = async (place: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> => {
        const redirected = { TMPDIR: temporary, TMP: temporary, TEMP: temporary, NODE_OPTIONS: undefined };
        const ran = await valops(args, { home: join(directory, place), cwd: directory, env: redirected, ...options });
        expect(ran.status, `${args.join(' ')}\n${ran.stderr}`).toBe(0);
        said.push(ran.output, Buffer.from(ran.stderr));
        return ran;
      };

      const places = ['host', 'offline', 'escrow'];
      for (const place of places) await call(place, ['keys', 'init']);
      await call('paper', ['keys', 'init', '--passphrase', '--passphrase-fd', '3'], { fds: { 3: `${passphrase}\n` } });
      const recipients = await Promise.all(
        [...places, 'paper'].map(async (place) => (await call(place, ['keys', 'show'])).stdout),
      );
      writeFileSync(join(directory, 'recipients.txt'), recipients.join(''));
      const keyFile = (place: string): string => join(place, 'age', 'host-identity.key');
      for (const [kind, options] of Object.entries(kinds)) {
        const names = ['--card', `${kind}.json`];
        const words = kind === 'solana' ? ['--words-out', 'words.age'] : [];
        await call(
          'offline',
          [
            ...[
              'identity',
              'generate',
              '--kind',
              kind,
              ...options,
              ...words,
              '-R',
              'recipients.txt',
              '--out',
              `${kind}.age`,
            ],
            ...[...names, '--verify-with', keyFile('offline'), '--json', ...(canGoOffline ? [] : ['--unsafe-online'])],
          ],
          canGoOffline ? { prefix: offlinePrefix } : {},
        );
        await call('host', ['identity', 'inspect', `${kind}.age`, ...names]);
        for (const place of places)
          await call(place, ['identity', 'verify', `${kind}.age`, ...names, '-i', keyFile(place)]);
        const restore = [
          'identity',
          'restore',
          `${kind}.age`,
          ...names,
          '-i',
          keyFile('host'),
          '--to',
          join('validator', kind),
          '--yes',
        ];
        await call('host', restore);
        await call('host', restore);
      }
      await call(
        'paper',
        ['identity', 'verify', 'solana.age', '--card', 'solana.json', '-i', keyFile('paper'), '--passphrase-fd', '3'],
        {
          fds: { 3: `${passphrase}\n` },
        },
      );
      for (const place of [...places, 'paper']) await call(place, ['journal', 'show', '--json']);
      const processes = await watch.stop();
      expect([...watch.appeared]).toEqual([]);
      const words = await valops(['decrypt', '-i', keyFile('escrow'), 'words.age'], {
        home: join(directory, 'host'),
        cwd: directory,
      });

      const ages = places.flatMap((place) =>
        ageSecrets(`age key of ${place}`, readFileSync(join(directory, keyFile(place)))),
      );
      const identities = Object.keys(kinds).flatMap((kind) =>
        secretsOf(kind, join(directory, 'validator', kind)).flatMap((secret) => formsOf(kind, secret)),
      );
      const phrases: readonly Needle[] = [
        { name: 'words', bytes: Buffer.from(words.stdout.trim().split(/\s+/).slice(0, 4).join(' ')) },
        { name: 'passphrase', bytes: Buffer.from(passphrase) },
      ];
      const needles = [...ages, ...identities, ...phrases];

      expect(found(needles, Buffer.concat(said))).toEqual([]);
      expect(processes.length).toBeGreaterThan(1000);
      expect(processes.toString('latin1')).toContain(join(directory, 'host'));
      expect(found(needles, processes)).toEqual([]);
      const entries = snapshot(directory).filter(({ type }) => type === 'file');
      for (const { path, bytes } of entries) {
        const names = found(needles, bytes);
        // the search itself is proven on the files which must hold a secret
        if (path.endsWith('age/host-identity.key') && !path.startsWith('paper'))
          expect([path, names.length]).toEqual([path, 1]);
        else if (path.startsWith('validator/') && !path.endsWith('state.json'))
          expect([path, names.length > 0]).toEqual([path, true]);
        else expect([path, names]).toEqual([path, []]);
      }
      expect(entries.filter(({ path }) => path.endsWith('.age')).length).toBe(Object.keys(kinds).length + 1);
      expect(entries.filter(({ path }) => path.endsWith('journal.jsonl')).length).toBe(4);
    },
  );

  test(
    'a rehearsal leaves nothing in memory, in TMPDIR or in its home but the journal',
    { timeout: 120_000 },
    async () => {
      const home = makeHome();
      const temporary = temporaryDirectory();
      const session = temporaryDirectory();
      const memory = (): readonly string[] =>
        readdirSync('/dev/shm').filter((name) => name.startsWith('valops-rehearsal'));
      const before = new Set(memory());
      const watch = watchProcesses(temporary);
      const ran = await valops(['rehearse', '--json'], { home, env: { TMPDIR: temporary, XDG_RUNTIME_DIR: session } });
      const processes = await watch.stop();
      expect(ran.status, ran.stderr).toBe(0);
      expect(ran.json()['schema']).toBe('valops/rehearsal/1');
      expect([...watch.appeared]).toEqual([]);
      expect(readdirSync(session)).toEqual([]);
      expect(memory().filter((name) => !before.has(name))).toEqual([]);
      expect(readdirSync(home).filter((name) => !name.startsWith('journal.'))).toEqual([]);
      for (const text of [ran.stdout, ran.stderr, processes.toString('latin1')])
        expect(text).not.toContain('AGE-SECRET-KEY-1');
    },
  );
});
