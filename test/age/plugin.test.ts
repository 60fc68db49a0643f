// The age plugin protocol with our scripted plugin (test/support/plugins), through the real process door.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bech32 } from '@scure/base';
import { describe, expect, test } from 'vitest';
import { openBytes, sealBytes } from '../../src/age/engine.ts';
import { parseIdentityFile, recipientsOfIdentityFile } from '../../src/age/identities.ts';
import type { Identity } from '../../src/age/identity.ts';
import { generateKey } from '../../src/age/keygen.ts';
import { parseRecipient } from '../../src/age/recipients.ts';
import { pluginDirectory, scriptedDoors } from '../support/age-doors.ts';
import type { ScriptedDoors } from '../support/age-doors.ts';
import { noAge, peerAges, peerPath } from '../support/peers.ts';

const path = `${pluginDirectory}:${process.env['PATH'] ?? ''}`;
const plaintext = Buffer.from('the validator key');

function recipientText(words: string): string {
  return bech32.encode('age1valopstest', bech32.toWords(Buffer.from(words)), false);
}

function identityText(words: string): string {
  return bech32.encode('age-plugin-valopstest-', bech32.toWords(Buffer.from(words)), false).toUpperCase();
}

async function identities(words: string, { doors }: ScriptedDoors): Promise<readonly Identity[]> {
  return parseIdentityFile(Buffer.from(`# made by a test\n${identityText(words)}\n`), {
    name: 'token.txt',
    plugins: doors,
    passphrase: () => Promise.reject(new Error('no passphrase is needed')),
  });
}

async function seal(words: string, scripted: ScriptedDoors = scriptedDoors(path)): Promise<Uint8Array> {
  return sealBytes(plaintext, [parseRecipient(recipientText(words), scripted.doors)]);
}

async function open(sealed: Uint8Array, words: string, scripted: ScriptedDoors = scriptedDoors(path)): Promise<string> {
  return (await openBytes(sealed, await identities(words, scripted))).useText((text) => text);
}

describe('plugins', () => {
  test('seal and open; grease is survived', async () => {
    for (let round = 0; round < 4; round++) {
      expect(await open(await seal('plain hut'), 'plain hut')).toBe('the validator key');
    }
  });

  test('a plugin identity that has no key for the file is no match', async () => {
    await expect(open(await seal('plain hut'), 'plain house')).rejects.toMatchObject({
      code: 'AGE_NO_IDENTITY_MATCH',
      message: expect.stringMatching(/expects valopstest.*"token.txt, age-plugin-valopstest"/) as string,
    });
  });

  test('the recipient of a plugin identity is made by the plugin (age -e -i)', async () => {
    const { doors } = scriptedDoors(path);
    const options = { name: 'token.txt', plugins: doors, passphrase: () => Promise.reject(new Error('not needed')) };
    const recipients = await recipientsOfIdentityFile(Buffer.from(identityText('plain hut')), options);
    expect(await open(await sealBytes(plaintext, recipients), 'plain hut')).toBe('the validator key');
    expect(recipients.map(({ type, text }) => ({ type, text }))).toEqual([{ type: 'valopstest', text: '' }]);
  });

  test('secrets, public values and confirmations are asked of the person', async () => {
    for (const mode of ['secret', 'public']) {
      const sealed = await seal(mode, scriptedDoors(path, ['4711']));
      const asked = scriptedDoors(path, ['4711']);
      expect(await open(sealed, mode, asked)).toBe('the validator key');
      expect(asked.questions).toEqual(['age-plugin-valopstest: the PIN']);
      await expect(open(sealed, mode, scriptedDoors(path, ['0815']))).rejects.toMatchObject({
        code: 'AGE_NO_IDENTITY_MATCH',
      });
    }
    const sealed = await seal('plain hut');
    const asked = scriptedDoors(path, [true]);
    expect(await open(sealed, 'confirm hut', asked)).toBe('the validator key');
    expect(asked.questions).toEqual(['age-plugin-valopstest: use the token? (yes: use it, no: leave it)']);
  });

  test('a question without a terminal ends as USAGE_NO_TERMINAL', async () => {
    await expect(seal('secret')).rejects.toMatchObject({ code: 'USAGE_NO_TERMINAL' });
    await expect(open(await seal('plain hut'), 'confirm hut')).rejects.toMatchObject({ code: 'USAGE_NO_TERMINAL' });
  });

  test('messages reach the person without control characters', async () => {
    const scripted = scriptedDoors(path);
    await seal('message hut', scripted);
    expect(scripted.events).toEqual([{ kind: 'note', message: 'age-plugin-valopstest: touch  [31mthe token  now' }]);
  });

  test('unknown commands are answered as unsupported', async () => {
    expect(await open(await seal('unknown hut'), 'unknown hut')).toBe('the validator key');
  });

  test('labels are told to the engine, which refuses to mix them', async () => {
    const { doors } = scriptedDoors(path);
    const labelled = parseRecipient(recipientText('labels hut'), doors);
    const native = parseRecipient((await generateKey({ postQuantum: false, createdAt: new Date() })).recipient, doors);
    await sealBytes(plaintext, [labelled]);
    expect(labelled.labels).toEqual(['blue', 'green']);
    await expect(sealBytes(plaintext, [labelled, native])).rejects.toMatchObject({ code: 'AGE_RECIPIENTS_MIXED' });
    await expect(sealBytes(plaintext, [native, labelled])).rejects.toMatchObject({ code: 'AGE_RECIPIENTS_MIXED' });
  });

  test.each(['error', 'silent', 'garbage', 'nothing', 'labels-twice', 'wrong-index'])(
    'a plugin that fails while sealing: %s',
    async (mode) => {
      await expect(seal(`${mode} hut`)).rejects.toMatchObject({
        code: 'AGE_PLUGIN_FAILED',
        message: expect.stringContaining('age-plugin-valopstest') as string,
      });
    },
  );

  test.each(['error-only', 'silent', 'garbage', 'short-key', 'twice'])(
    'a plugin that fails while opening: %s',
    async (mode) => {
      const words = mode === 'error-only' ? 'error other' : `${mode} hut`;
      await expect(open(await seal('plain hut'), words)).rejects.toMatchObject({ code: 'AGE_PLUGIN_FAILED' });
    },
  );

  test('the words of the plugin are in the error', async () => {
    await expect(seal('error hut')).rejects.toThrow('the plugin "age-plugin-valopstest" failed: the token is locked');
  });

  test('a missing plugin is named, and does not keep the next identity from opening', async () => {
    const nowhere = scriptedDoors('/nonexistent');
    await expect(seal('plain hut', nowhere)).rejects.toMatchObject({
      code: 'AGE_PLUGIN_MISSING',
      message: 'the plugin "age-plugin-valopstest" is not installed',
    });
    const sealed = await seal('plain hut');
    await expect(open(sealed, 'plain hut', nowhere)).rejects.toMatchObject({ code: 'AGE_PLUGIN_MISSING' });
    const both = [...(await identities('plain hut', nowhere)), ...(await identities('plain hut', scriptedDoors(path)))];
    expect((await openBytes(sealed, both)).useText((text) => text)).toBe('the validator key');
  });

  test('names that could leave PATH are refused', () => {
    for (const name of ['../x', 'a/b', 'a~b', '']) {
      const text = bech32.encode(`age1${name}`, bech32.toWords(Buffer.from('plain')), false);
      expect(() => parseRecipient(text, scriptedDoors(path).doors)).toThrow(
        expect.objectContaining({ code: 'AGE_RECIPIENT_INVALID' }),
      );
    }
  });
});

const ages = peerAges();
describe.runIf(ages.length > 0).each(ages.length > 0 ? ages : [noAge])(
  'our plugin under stock age $version (needs age in PATH)',
  (age) => {
    const env = { ...process.env, PATH: `${pluginDirectory}:${peerPath()}` };

    test('files of either side open on the other', async () => {
      const directory = mkdtempSync(join(tmpdir(), 'valops-plugin-'));
      try {
        writeFileSync(join(directory, 'token.txt'), `${identityText('plain hut')}\n`);
        writeFileSync(join(directory, 'ours.age'), await seal('plain hut'));
        const opened = execFileSync(age.path, ['-d', '-i', join(directory, 'token.txt'), join(directory, 'ours.age')], {
          env,
        });
        expect(opened.equals(plaintext)).toBe(true);
        const theirs = execFileSync(age.path, ['-r', recipientText('unknown hut')], { env, input: plaintext });
        expect(await open(theirs, 'message hut')).toBe('the validator key');
      } finally {
        rmSync(directory, { recursive: true });
      }
    });
  },
);
