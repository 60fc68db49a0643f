// Recipients and identities as people write them: lines, files, SSH keys of every form.
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openBytes, sealBytes } from '../../src/age/engine.ts';
import { parseIdentityFile, recipientsOfIdentityFile } from '../../src/age/identities.ts';
import type { IdentityFileOptions } from '../../src/age/identities.ts';
import { generateKey } from '../../src/age/keygen.ts';
import { passphraseIdentity, passphraseRecipient } from '../../src/age/passphrase.ts';
import { parseRecipient, parseRecipientsFile } from '../../src/age/recipients.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noDoors, scriptedDoors } from '../support/age-doors.ts';
import { hasSshKeygen, sshKeygen } from '../support/ssh-keygen.ts';
import { hybridTagKey, tagKey } from '../support/tag-identity.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const plaintext = Buffer.from('the validator key');

interface Asked {
  readonly options: IdentityFileOptions;
  readonly questions: readonly string[];
}

function asking(answer: string | null, name = 'key.txt'): Asked {
  const questions: string[] = [];
  const passphrase = async (what: string): Promise<Secret> => {
    questions.push(what);
    if (answer === null) throw new Error(`a passphrase was asked for: ${what}`);
    return Secret.fromText(answer);
  };
  return { options: { name, plugins: noDoors(), passphrase }, questions };
}

async function newKey(
  postQuantum = false,
): Promise<{ readonly file: Buffer; readonly line: string; readonly recipient: string }> {
  const { file, recipient } = await generateKey({ postQuantum, createdAt: new Date('2026-11-22T10:00:00.123Z') });
  const text = file.useText((content) => content);
  return { file: Buffer.from(text), line: text.trim().split('\n').at(-1) ?? '', recipient };
}

async function opens(sealed: Uint8Array, file: Uint8Array, options: IdentityFileOptions): Promise<boolean> {
  const opened = await openBytes(sealed, await parseIdentityFile(file, options));
  return opened.use((bytes) => plaintext.equals(bytes));
}

describe('generateKey', () => {
  test.each([
    [false, /^# created: 2026-11-22T10:00:00Z\n# public key: (age1[a-z0-9]{58})\nAGE-SECRET-KEY-1[A-Z0-9]{58}\n$/],
    [
      true,
      /^# created: 2026-11-22T10:00:00Z\n# public key: (age1pq1[a-z0-9]{1952})\nAGE-SECRET-KEY-PQ-1[A-Z0-9]{58}\n$/,
    ],
  ])('writes what age-keygen writes (post-quantum: %s)', async (postQuantum, shape) => {
    const { file, recipient } = await newKey(postQuantum);
    expect(shape.exec(file.toString())?.[1]).toBe(recipient);
  });
});

describe('parseRecipient', () => {
  test('knows the built-in types, their labels and fingerprints', async () => {
    const { recipient } = await newKey();
    const { recipient: hybrid } = await newKey(true);
    const described = [recipient, hybrid, tagKey().recipient, hybridTagKey().recipient].map((text) => {
      const { type, labels, fingerprint, text: canonical } = parseRecipient(` ${text}\n`, noDoors());
      expect(fingerprint).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
      expect(canonical).toBe(text);
      return { type, labels };
    });
    expect(described).toEqual([
      { type: 'X25519', labels: [] },
      { type: 'mlkem768x25519', labels: ['postquantum'] },
      { type: 'p256tag', labels: [] },
      { type: 'mlkem768p256tag', labels: ['postquantum'] },
    ]);
  });

  test('hybrid and classical recipients are not mixed, two hybrids are', async () => {
    const recipients = [await newKey(), await newKey(true), await newKey(true)].map(({ recipient }) =>
      parseRecipient(recipient, noDoors()),
    );
    await expect(sealBytes(plaintext, recipients)).rejects.toMatchObject({ code: 'AGE_RECIPIENTS_MIXED' });
    await expect(sealBytes(plaintext, recipients.slice(1))).resolves.toBeInstanceOf(Uint8Array);
    const passphrase = passphraseRecipient(Secret.fromText('x'), 10);
    await expect(sealBytes(plaintext, [passphrase, ...recipients.slice(1)])).rejects.toMatchObject({
      code: 'AGE_RECIPIENTS_MIXED',
      message: 'a passphrase cannot be combined with other recipients',
    });
  });

  test('a secret key pasted as recipient is refused and not repeated', async () => {
    const { line } = await newKey();
    for (const text of [line, line.toLowerCase(), ` ${line}`, '-----BEGIN OPENSSH PRIVATE KEY-----']) {
      expect(() => parseRecipient(text, noDoors())).toThrow(
        expect.objectContaining({
          code: 'AGE_RECIPIENT_INVALID',
          message: 'a secret key was given where a recipient belongs',
        }),
      );
    }
  });

  test.each([
    '',
    'age1',
    'age1qqqq',
    'AGE1XYZ',
    'github:somebody',
    'ssh-ed25519',
    'ssh-ed25519 AAAA',
    'keys.txt',
    'deadbeef',
  ])('refuses %j', (text) => {
    expect(() => parseRecipient(text, noDoors())).toThrow(expect.objectContaining({ code: 'AGE_RECIPIENT_INVALID' }));
  });

  test('one changed character of a recipient is noticed', async () => {
    const { recipient } = await newKey();
    for (let at = 4; at < recipient.length; at++) {
      const changed = `${recipient.slice(0, at)}${recipient[at] === 'q' ? 'p' : 'q'}${recipient.slice(at + 1)}`;
      expect(() => parseRecipient(changed, noDoors())).toThrow(
        expect.objectContaining({ code: 'AGE_RECIPIENT_INVALID' }),
      );
    }
  });
});

describe('parseRecipientsFile', () => {
  test('comments, blank lines and CRLF', async () => {
    const [a, b] = [await newKey(), await newKey()];
    const file = Buffer.from(`# ops\r\n\r\n${a.recipient}\r\n  \n#${a.recipient}\n${b.recipient}`);
    expect(parseRecipientsFile(file, 'ops.txt', noDoors()).map(({ text }) => text)).toEqual([a.recipient, b.recipient]);
  });

  test('errors name file and line and repeat nothing of it', async () => {
    const { recipient, line } = await newKey();
    for (const [bad, message] of [
      ['hunter2', '"ops.txt:3" is not a valid recipient'],
      [line, '"ops.txt:3" is a secret key, not a recipient'],
      [`age1${'q'.repeat(9000)}`, '"ops.txt:3" is not a valid recipient'],
    ]) {
      const file = Buffer.from(`# ops\n${recipient}\n${bad}\n`);
      expect(() => parseRecipientsFile(file, 'ops.txt', noDoors())).toThrow(expect.objectContaining({ message }));
    }
    expect(() => parseRecipientsFile(Buffer.from('# none\n'), 'ops.txt', noDoors())).toThrow(
      '"ops.txt" holds no recipients',
    );
  });

  test.runIf(hasSshKeygen)(
    'SSH keys that age cannot use are passed over with a warning (needs ssh-keygen)',
    async () => {
      const { publicLine } = sshKeygen(join(temporaryDirectory(), 'key'), '-t', 'ecdsa');
      const small = sshKeygen(join(temporaryDirectory(), 'key'), '-t', 'rsa', '-b', '1024');
      const { recipient } = await newKey();
      const scripted = scriptedDoors('');
      const file = Buffer.from(`${publicLine}\n${small.publicLine}\n${recipient}\n`);
      expect(parseRecipientsFile(file, 'ops.txt', scripted.doors).map(({ text }) => text)).toEqual([recipient]);
      expect(scripted.events).toMatchObject([
        { kind: 'warning', message: expect.stringMatching(/"ops.txt:1".*ecdsa/) as string },
        { kind: 'warning', message: expect.stringMatching(/"ops.txt:2".*1024 bits/) as string },
      ]);
      expect(() => parseRecipient(publicLine, noDoors())).toThrow(
        /cannot seal to an SSH key of type "ecdsa-sha2-nistp256"/,
      );
    },
  );
});

describe('identity files', () => {
  test('several keys, with their recipients', async () => {
    const [a, b] = [await newKey(), await newKey(true)];
    const file = Buffer.concat([a.file, Buffer.from('\r\n'), b.file]);
    const { options } = asking(null);
    expect((await parseIdentityFile(file, options)).map(({ recipient }) => recipient?.text)).toEqual([
      a.recipient,
      b.recipient,
    ]);
    expect((await recipientsOfIdentityFile(file, options)).map(({ text }) => text)).toEqual([a.recipient, b.recipient]);
  });

  test('errors never repeat the file', async () => {
    const { line, recipient } = await newKey();
    const broken = `${line.slice(0, -1)}${line.endsWith('Q') ? 'P' : 'Q'}`;
    for (const content of [
      broken,
      line.slice(0, 40),
      'hunter2',
      recipient,
      '',
      '# nothing',
      '-----BEGIN X-----\nhunter2\n-----END X-----',
    ]) {
      const error: unknown = await parseIdentityFile(Buffer.from(content), asking(null).options).catch(
        (e: unknown) => e,
      );
      expect(error).toMatchObject({ code: 'AGE_IDENTITY_INVALID' });
      const shown = JSON.stringify(error, Object.getOwnPropertyNames(error));
      expect(shown).not.toContain(content.slice(0, 30).padEnd(8, '\u0000'));
    }
  });

  test.each([false, true])(
    'sealed to a passphrase (armored: %s): asked once, and only when it is needed',
    async (armored) => {
      const { file, recipient } = await newKey();
      const protectedFile = await sealBytes(file, [passphraseRecipient(Secret.fromText('pass'), 10)], {
        armor: armored,
      });
      const sealed = await sealBytes(plaintext, [parseRecipient(recipient, noDoors())]);
      const asked = asking('pass', 'vault.age');
      const identities = await parseIdentityFile(protectedFile, asked.options);
      expect(asked.questions).toEqual([]);
      await openBytes(sealed, identities);
      await openBytes(sealed, identities);
      expect(asked.questions).toEqual(['identity file "vault.age"']);
      expect((await recipientsOfIdentityFile(protectedFile, asking('pass').options)).map(({ text }) => text)).toEqual([
        recipient,
      ]);
      await expect(opens(sealed, protectedFile, asking('wrong', 'vault.age').options)).rejects.toMatchObject({
        code: 'AGE_PASSPHRASE_WRONG',
        message: 'the passphrase of "vault.age" is wrong',
      });
      await expect(opens(sealed, protectedFile.subarray(0, -10), asking('pass').options)).rejects.toMatchObject({
        code: 'AGE_IDENTITY_INVALID',
      });
      const notPassphrase = await sealBytes(file, [parseRecipient(recipient, noDoors())]);
      await expect(opens(sealed, notPassphrase, asking(null).options)).rejects.toMatchObject({
        code: 'AGE_IDENTITY_INVALID',
      });
    },
  );

  test('no match says what the file expects and what was tried', async () => {
    const [a, b, other] = [await newKey(), await newKey(), await newKey()];
    const recipients = [a, other].map(({ recipient }) => parseRecipient(recipient, noDoors()));
    await expect(
      opens(await sealBytes(plaintext, recipients), b.file, asking(null, 'b.txt').options),
    ).rejects.toMatchObject({
      code: 'AGE_NO_IDENTITY_MATCH',
      message: `no identity matched: the file expects X25519, X25519; tried ${b.recipient} ("b.txt")`,
    });
  });
});

describe('passphrases', () => {
  test('are asked only for a file that has one; a wrong one is told', async () => {
    const sealed = await sealBytes(plaintext, [passphraseRecipient(Secret.fromText('pass'), 10)]);
    expect((await openBytes(sealed, [passphraseIdentity(async () => Secret.fromText('pass'))])).length).toBe(
      plaintext.length,
    );
    await expect(openBytes(sealed, [passphraseIdentity(async () => Secret.fromText('wrong'))])).rejects.toMatchObject({
      code: 'AGE_PASSPHRASE_WRONG',
    });
    await expect(
      openBytes(sealed, [passphraseIdentity(() => Promise.reject(new Error('asked')), 9)]),
    ).rejects.toMatchObject({
      code: 'AGE_HEADER_INVALID',
    });
    const { recipient } = await newKey();
    const other = await sealBytes(plaintext, [parseRecipient(recipient, noDoors())]);
    await expect(
      openBytes(other, [passphraseIdentity(() => Promise.reject(new Error('asked')))]),
    ).rejects.toMatchObject({
      code: 'AGE_NO_IDENTITY_MATCH',
    });
  });
});

describe('PEM keys of node:crypto', () => {
  test.each(['pkcs1', 'pkcs8'] as const)('RSA, %s', async (type) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = Buffer.from(privateKey.export({ type, format: 'pem' }));
    const [recipient] = await recipientsOfIdentityFile(pem, asking(null).options);
    expect(await opens(await sealBytes(plaintext, [recipient!]), pem, asking(null).options)).toBe(true);
  });

  test('Ed25519, pkcs8', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const [recipient] = await recipientsOfIdentityFile(pem, asking(null).options);
    expect(await opens(await sealBytes(plaintext, [recipient!]), pem, asking(null).options)).toBe(true);
  });

  test('other types, small and encrypted keys are refused with a reason', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' });
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
      type: 'pkcs1',
      format: 'pem',
    });
    const locked = generateKeyPairSync('ed25519').privateKey.export({
      type: 'pkcs8',
      format: 'pem',
      cipher: 'aes-256-cbc',
      passphrase: 'x',
    });
    for (const [pem, message] of [
      [ec, /type "ec"/],
      [small, /1024 bits/],
      [locked, /old format/],
    ] as const) {
      await expect(parseIdentityFile(Buffer.from(pem), asking(null).options)).rejects.toMatchObject({
        code: 'AGE_IDENTITY_INVALID',
        message: expect.stringMatching(message) as string,
      });
    }
  });
});

const ciphers = ['aes256-ctr', 'aes128-ctr', 'aes256-cbc', 'aes256-gcm@openssh.com', 'aes128-gcm@openssh.com'];
describe.runIf(hasSshKeygen)('OpenSSH keys (needs ssh-keygen)', () => {
  test.each(['ed25519', 'rsa'])('%s: fingerprint as of ssh-keygen -l, comment left away', async (type) => {
    const path = join(temporaryDirectory(), 'key');
    const { pem, publicLine } = sshKeygen(path, '-t', type);
    const recipient = parseRecipient(publicLine, noDoors());
    const { execFileSync } = await import('node:child_process');
    expect(execFileSync('ssh-keygen', ['-l', '-f', path], { encoding: 'utf8' })).toContain(
      ` ${recipient.fingerprint} `,
    );
    expect(`${recipient.text} made by a test`).toBe(publicLine);
    const [identity] = await parseIdentityFile(pem, asking(null).options);
    expect(identity?.recipient?.text).toBe(recipient.text);
  });

  test.each(['ed25519', 'rsa'].flatMap((type) => ciphers.map((cipher) => [type, cipher] as const)))(
    '%s behind a passphrase with %s',
    async (type, cipher) => {
      const { pem, publicLine } = sshKeygen(
        join(temporaryDirectory(), 'key'),
        '-t',
        type,
        '-N',
        'pass',
        '-Z',
        cipher,
        '-a',
        '2',
      );
      const sealed = await sealBytes(plaintext, [parseRecipient(publicLine, noDoors())]);
      const asked = asking('pass', 'id');
      const identities = await parseIdentityFile(pem, asked.options);
      expect(identities[0]?.recipient?.text).toBe(publicLine.replace(' made by a test', ''));
      const { recipient } = await newKey();
      const other = await sealBytes(plaintext, [parseRecipient(recipient, noDoors())]);
      await expect(openBytes(other, identities)).rejects.toMatchObject({ code: 'AGE_NO_IDENTITY_MATCH' });
      expect(asked.questions).toEqual([]);
      await openBytes(sealed, identities);
      await openBytes(sealed, identities);
      expect(asked.questions).toEqual(['SSH key "id"']);
      await expect(opens(sealed, pem, asking('wrong', 'id').options)).rejects.toMatchObject({
        code: 'AGE_PASSPHRASE_WRONG',
        message: 'the passphrase of "id" is wrong',
      });
    },
  );

  test('a cipher we do not have is named, with the way out', async () => {
    const options = ['-t', 'ed25519', '-N', 'pass', '-Z', 'chacha20-poly1305@openssh.com', '-a', '2'];
    const { pem } = sshKeygen(join(temporaryDirectory(), 'key'), ...options);
    await expect(parseIdentityFile(pem, asking(null, 'id').options)).rejects.toMatchObject({
      code: 'AGE_IDENTITY_INVALID',
      message: '"id" is encrypted with the unknown cipher "chacha20-poly1305@openssh.com"',
      hint: expect.stringContaining('ssh-keygen -p -Z aes256-ctr') as string,
    });
  });

  test('the no match error names SSH keys by their tag', async () => {
    const { publicLine } = sshKeygen(join(temporaryDirectory(), 'key'), '-t', 'ed25519');
    const { file } = await newKey();
    const sealed = await sealBytes(plaintext, [parseRecipient(publicLine, noDoors())]);
    const tag = /-> ssh-ed25519 (\S+)/.exec(Buffer.from(sealed).toString('latin1'))?.[1];
    await expect(opens(sealed, file, asking(null).options)).rejects.toThrow(`the file expects ssh-ed25519 ${tag};`);
  });
});
