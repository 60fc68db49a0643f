import { expect, test } from 'vitest';
import { sealBytes } from '../../src/age/engine.ts';
import { generateKey } from '../../src/age/keygen.ts';
import { passphraseRecipient } from '../../src/age/recipients.ts';
import { identityFileOf, readSecretKey, secretKeyOf } from '../../src/age/secret-key.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noDoors } from '../support/age-doors.ts';
import { refusal } from '../support/escrow.ts';

const options = { name: 'some.key', plugins: noDoors(), passphrase: async () => Secret.fromText('a passphrase') };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([false, true])('a key comes back from its bytes as it was (post-quantum: %s)', async (postQuantum) => {
  const { file, recipient } = await generateKey({ postQuantum, createdAt: new Date(0) });
  const line = file.useText((text) => /AGE-SECRET-KEY-\S+/.exec(text)?.[0] ?? '');
  const key = await readSecretKey(bytes(`# a comment\n\n${line}\n`), options);
  expect([key.recipient.text, key.bytes.length]).toEqual([recipient, 32]);
  const again = await secretKeyOf(key.type, key.bytes, 'memory');
  expect(again.recipient.text).toBe(recipient);
  expect(identityFileOf(again, new Date(0)).useText(String)).toBe(
    `# recovered: 1970-01-01T00:00:00Z\n# public key: ${recipient}\n${line}\n`,
  );
});

test('a key that is sealed to a passphrase is opened for it', async () => {
  const { file, recipient } = await generateKey({ postQuantum: false, createdAt: new Date(0) });
  const sealed = await file.use((plain) =>
    sealBytes(plain, [passphraseRecipient(Secret.fromText('a passphrase'))], { armor: true }),
  );
  expect((await readSecretKey(sealed, options)).recipient.text).toBe(recipient);
});

test('what is not one built-in key is refused, and not repeated', async () => {
  const { file } = await generateKey({ postQuantum: false, createdAt: new Date(0) });
  const line = file.useText((text) => /AGE-SECRET-KEY-\S+/.exec(text)?.[0] ?? '');
  const others = [
    '',
    `${line}\n${line}\n`,
    'AGE-PLUGIN-YUBIKEY-1QQPQQQQ\n',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\n-----END OPENSSH PRIVATE KEY-----\n',
    `${line.slice(0, -1)}${line.endsWith('Q') ? 'P' : 'Q'}\n`,
  ];
  for (const text of others) {
    const { code, message } = await refusal(() => readSecretKey(bytes(text), options));
    expect([code, message.includes('some.key'), message.includes(line.slice(20, 40))]).toEqual([
      'AGE_IDENTITY_INVALID',
      true,
      false,
    ]);
  }
});
