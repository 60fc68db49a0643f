import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { sealBytes } from '../../src/age/engine.ts';
import { inspect } from '../../src/age/inspect.ts';
import { generateKey } from '../../src/age/keygen.ts';
import { passphraseRecipient } from '../../src/age/passphrase.ts';
import { parseRecipient } from '../../src/age/recipients.ts';
import type { Recipient } from '../../src/age/recipient.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noDoors } from '../support/age-doors.ts';
import { tool } from '../support/peers.ts';
import { tagKey } from '../support/tag-identity.ts';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function recipientsOf(name: string): Promise<readonly Recipient[]> {
  if (name === 'scrypt') return [passphraseRecipient(Secret.fromText('pass'), 11)];
  if (name === 'p256tag') return [parseRecipient(tagKey().recipient, noDoors())];
  const postQuantum = name === 'mlkem768x25519';
  const keys = await Promise.all([0, 1].map(() => generateKey({ postQuantum, createdAt: new Date(0) })));
  return keys.map(({ recipient }) => parseRecipient(recipient, noDoors()));
}

const kinds = ['X25519', 'mlkem768x25519', 'p256tag', 'scrypt'];

test('tells types, public details and sizes', async () => {
  const plaintext = new Uint8Array(70_000);
  const sealed = await sealBytes(plaintext, await recipientsOf('scrypt'));
  const inspection = await inspect(once(sealed));
  expect(inspection).toEqual({
    version: 'age-encryption.org/v1',
    armored: false,
    postQuantum: true,
    recipients: [{ type: 'scrypt', workFactor: 11 }],
    headerSize: sealed.length - 70_000 - 16 - 2 * 16,
    payloadSize: 70_000 + 16 + 2 * 16,
    plaintextSize: 70_000,
  });
  const tagged = await inspect(once(await sealBytes(plaintext, await recipientsOf('p256tag'), { armor: true })));
  expect(tagged).toMatchObject({ armored: true, postQuantum: false, plaintextSize: 70_000 });
  expect(tagged.recipients).toEqual([{ type: 'p256tag', tag: expect.stringMatching(/^[A-Za-z0-9+/]{6}$/) as string }]);
});

test('refuses what is no age file, and sizes no payload has', async () => {
  const sealed = await sealBytes(new Uint8Array(65_536), await recipientsOf('X25519'));
  await expect(inspect(once(Buffer.from('hello\n')))).rejects.toMatchObject({ code: 'AGE_HEADER_INVALID' });
  await expect(inspect(once(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'AGE_HEADER_INVALID' });
  await expect(inspect(once(Buffer.concat([sealed, Buffer.alloc(5)])))).rejects.toMatchObject({
    code: 'AGE_PAYLOAD_INVALID',
  });
  const header = sealed.subarray(0, sealed.length - 65_536 - 32);
  await expect(inspect(once(header))).rejects.toMatchObject({ code: 'AGE_PAYLOAD_INVALID' });
});

const ageInspect = tool('age-inspect');
describe.runIf(ageInspect !== null)('agrees with age-inspect (in PATH or beside VALOPS_TEST_AGE)', () => {
  test.each(kinds.flatMap((kind) => [0, 1, 65_536, 65_537].map((size) => [kind, size] as const)))(
    '%s, %i bytes',
    async (kind, size) => {
      for (const armor of [false, true]) {
        const sealed = await sealBytes(new Uint8Array(size), await recipientsOf(kind), { armor });
        const ours = await inspect(once(sealed));
        const theirs: unknown = JSON.parse(
          execFileSync(ageInspect ?? '', ['--json', '-'], { input: sealed, encoding: 'utf8' }),
        );
        expect(theirs).toMatchObject({
          version: ours.version,
          postquantum: ours.postQuantum ? 'yes' : 'no',
          armor: ours.armored,
          stanza_types: ours.recipients.map(({ type }) => type),
          sizes: {
            header: ours.headerSize,
            overhead: ours.payloadSize - ours.plaintextSize,
            min_payload: ours.plaintextSize,
          },
        });
      }
    },
  );
});
