// Files of stock age open here and ours open there: every recipient type, sizes around the chunk
// boundary, armored and not. VALOPS_TEST_AGE adds a second, newer age (test/support/peers.ts).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openBytes, sealBytes } from '../../src/age/engine.ts';
import { parseIdentityFile } from '../../src/age/identities.ts';
import type { Identity } from '../../src/age/identity.ts';
import { generateKey } from '../../src/age/keygen.ts';
import { passphraseIdentity, passphraseRecipient } from '../../src/age/passphrase.ts';
import { parseRecipient } from '../../src/age/recipients.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noDoors } from '../support/age-doors.ts';
import { noAge, peerAges, peerPath, plugin } from '../support/peers.ts';
import type { PeerAge } from '../support/peers.ts';
import { hasSshKeygen, sshKeygen } from '../support/ssh-keygen.ts';
import { hybridTagKey, tagKey } from '../support/tag-identity.ts';

const sizes = [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073, 1_048_577];
const directory = mkdtempSync(join(tmpdir(), 'valops-interop-'));
afterAll(() => rmSync(directory, { recursive: true }));

function sample(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, at) => (at * 31 + (at >> 8)) & 255));
}

interface Party {
  readonly recipient: string;
  readonly identityFile: string | null;
  readonly identities: readonly Identity[];
}

async function withIdentityFile(recipient: string, name: string, content: Uint8Array): Promise<Party> {
  const identityFile = join(directory, name);
  writeFileSync(identityFile, content, { mode: 0o600 });
  const options = { name, plugins: noDoors(), passphrase: () => Promise.reject(new Error('not needed')) };
  return { recipient, identityFile, identities: await parseIdentityFile(content, options) };
}

async function native(postQuantum: boolean): Promise<Party> {
  const { file, recipient } = await generateKey({ postQuantum, createdAt: new Date(0) });
  return withIdentityFile(recipient, postQuantum ? 'pq.txt' : 'x25519.txt', Buffer.from(file.useText((text) => text)));
}

async function ssh(type: string, ...options: readonly string[]): Promise<Party> {
  const path = join(mkdtempSync(join(directory, 'ssh-')), `id_${type}`);
  const { pem, publicLine } = sshKeygen(path, '-t', type, ...options);
  return withIdentityFile(publicLine, `id_${type}`, pem);
}

const parties: Readonly<Record<string, { readonly hybrid: boolean; readonly make: () => Promise<Party> }>> = {
  X25519: { hybrid: false, make: () => native(false) },
  mlkem768x25519: { hybrid: true, make: () => native(true) },
  p256tag: { hybrid: true, make: async () => tagParty(tagKey()) },
  mlkem768p256tag: { hybrid: true, make: async () => tagParty(hybridTagKey()) },
  ...(hasSshKeygen
    ? {
        'ssh-ed25519': { hybrid: false, make: () => ssh('ed25519') },
        'ssh-rsa': { hybrid: false, make: () => ssh('rsa', '-b', '2048') },
      }
    : {}),
};

function tagParty({ recipient, identity }: ReturnType<typeof tagKey>): Party {
  return { recipient, identityFile: null, identities: [identity] };
}

async function open(sealed: Uint8Array, identities: readonly Identity[]): Promise<Buffer> {
  return (await openBytes(sealed, identities)).use((bytes) => Buffer.from(bytes));
}

function run(
  age: PeerAge,
  args: readonly string[],
  input?: Uint8Array,
  more: Readonly<Record<string, string>> = {},
): Buffer {
  const env = { ...process.env, PATH: peerPath(), ...more };
  return execFileSync(age.path, args, { env, input, maxBuffer: 1 << 26, stdio: ['pipe', 'pipe', 'pipe'] });
}

const ages = peerAges();
describe.runIf(ages.length > 0).each(ages.length > 0 ? ages : [noAge])(
  'with age $version (needs age in PATH)',
  (age) => {
    const known = Object.entries(parties).filter(([, { hybrid }]) => !hybrid || age.knowsHybrid);

    test.each(known)('%s', { timeout: 120_000 }, async (type, { make }) => {
      const { recipient, identityFile, identities } = await make();
      const file = join(directory, `${type}.age`);
      for (const size of sizes) {
        const plaintext = sample(size);
        for (const armor of [false, true]) {
          const theirs = run(age, [...(armor ? ['-a'] : []), '-r', recipient], plaintext);
          expect((await open(theirs, identities)).equals(plaintext)).toBe(true);
          const ours = await sealBytes(plaintext, [parseRecipient(recipient, noDoors())], { armor });
          expect(ours.length).toBe(theirs.length);
          // Where age has no identity for it, its own files stand for it: one opener opens both.
          expect((await open(ours, identities)).equals(plaintext)).toBe(true);
          if (identityFile === null) continue;
          writeFileSync(file, ours);
          expect(run(age, ['-d', '-i', identityFile, file]).equals(plaintext)).toBe(true);
        }
      }
    });

    test('armored text is the same as of age, byte for byte', async () => {
      const { file, recipient } = await generateKey({ postQuantum: false, createdAt: new Date(0) });
      for (const size of [0, 1, 100, 1000, 50_000]) {
        const theirs = run(age, ['-a', '-r', recipient], sample(size)).toString();
        const binary = Buffer.from(theirs.replace(/-----.*-----\n/g, ''), 'base64');
        const { armor } = await import('../../src/age/armor.ts');
        let ours = '';
        for await (const block of armor([
          binary.subarray(0, 7),
          binary.subarray(7),
        ] as unknown as AsyncIterable<Uint8Array>)) {
          ours += Buffer.from(block).toString();
        }
        expect(ours).toBe(theirs);
      }
      file.wipe();
    });

    const batch = { AGE_PASSPHRASE: 'correct horse', AGE_PASSPHRASE_WORK_FACTOR: '10' };
    const hasBatchpass = plugin('batchpass') !== null;

    test.runIf(hasBatchpass)('scrypt (needs age-plugin-batchpass)', async () => {
      const secret = Secret.fromText('correct horse');
      for (const size of sizes) {
        const theirs = run(age, ['-e', '-j', 'batchpass'], sample(size), batch);
        expect((await open(theirs, [passphraseIdentity(async () => secret)])).equals(sample(size))).toBe(true);
      }
      // Before 1.3, age leaves files of a passphrase to its own prompt: the test below has that.
      for (const size of age.knowsHybrid ? sizes : []) {
        const ours = await sealBytes(sample(size), [passphraseRecipient(secret, 10)]);
        expect(run(age, ['-d', '-j', 'batchpass'], ours, batch).equals(sample(size))).toBe(true);
      }
    });

    test('scrypt, with age asking on a terminal of script(1)', { timeout: 120_000 }, async () => {
      const paths = ['ours', 'theirs', 'opened', 'plain'].map((name) => join(directory, `terminal-${name}`));
      const [ours = '', theirs = '', opened = '', plain = ''] = paths;
      const secret = Secret.fromText('correct horse');
      const onTerminal = (command: string, typed: string): void => {
        execFileSync('script', ['-qec', command, '/dev/null'], { input: typed, stdio: 'pipe' });
      };
      writeFileSync(plain, sample(1000));
      writeFileSync(ours, await sealBytes(sample(1000), [passphraseRecipient(secret, 12)]));
      onTerminal(`${age.path} -d -o ${opened} ${ours}`, 'correct horse\n');
      expect(readFileSync(opened).equals(sample(1000))).toBe(true);
      onTerminal(`${age.path} -p -o ${theirs} ${plain}`, 'correct horse\ncorrect horse\n');
      expect((await open(readFileSync(theirs), [passphraseIdentity(async () => secret)])).equals(sample(1000))).toBe(
        true,
      );
    });
  },
);
