import { ageDoors, passphraseSource } from '../age/doors.ts';
import { openBytes, sealBytes } from '../age/engine.ts';
import { parseIdentityFile } from '../age/identities.ts';
import { generateKey } from '../age/keygen.ts';
import { parseRecipient, passphraseRecipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { keyFiles, type KeyFiles } from './key-files.ts';

export interface InitRequest {
  readonly environment: string | undefined;
  readonly postQuantum: boolean;
  /** Protect the private key by a passphrase, from the terminal or from the descriptor. */
  readonly passphrase: boolean;
  readonly passphraseFd: number | undefined;
}

export interface KeyMade extends KeyFiles {
  readonly recipient: string;
  readonly fingerprint: string;
}

/**
 * Makes the age key of an environment: private key 0600, recipient 0644, in directories 0700.
 * Before it claims success it reads both files back and opens a probe with them.
 *
 * Throws KEY_EXISTS when either file is there; nothing is ever overwritten. Throws FILE_NOT_PRIVATE where
 * others could read a private key without a passphrase.
 */
export async function initKey(context: Context, request: InitRequest): Promise<KeyMade> {
  const files = keyFiles(context, request.environment);
  for (const path of [files.identityFile, files.recipientFile]) {
    if (context.files.stat(path) === null) continue;
    throw new ValopsError('KEY_EXISTS', `"${path}" exists already; it was not touched`, {
      hint: 'Use it as it is (valops keys show; it derives a missing .pub file), or name another --environment.',
    });
  }
  const passphrase = request.passphrase ? await askPassphrase(context, request.passphraseFd) : undefined;
  const key = await generateKey({ postQuantum: request.postQuantum, createdAt: context.clock.now() });
  const { fingerprint } = parseRecipient(key.recipient, ageDoors(context).plugins);

  return journalled(
    context.journal,
    {
      action: 'keys.init',
      purpose: 'make an age key',
      keys: [fingerprint],
      details: { file: files.identityFile, protected: request.passphrase },
    },
    async () => {
      const content =
        passphrase === undefined
          ? key.file.use((bytes) => bytes.slice())
          : await protect(context, key.file, passphrase);
      context.files.ensureDirectory(context.home.path, { mode: 0o700 });
      context.files.ensureDirectory(files.directory, { mode: 0o700 });
      const inClear = passphrase === undefined;
      context.files.create(files.identityFile, content, { mode: 0o600, ...(inClear ? { secret: true } : {}) });
      try {
        await prove(context, files.identityFile, key.recipient, passphrase);
        context.files.create(files.recipientFile, new TextEncoder().encode(`${key.recipient}\n`), { mode: 0o644 });
      } catch (error) {
        context.files.remove(files.identityFile);
        throw error;
      } finally {
        key.file.wipe();
        passphrase?.wipe();
      }
      return { ...files, recipient: key.recipient, fingerprint };
    },
  );
}

async function askPassphrase(context: Context, fd: number | undefined): Promise<Secret> {
  return passphraseSource(context, fd, true)('the new key');
}

async function protect(context: Context, file: Secret, passphrase: Secret): Promise<Uint8Array> {
  context.events.emit({ kind: 'activity', title: 'deriving a key from the passphrase', state: 'start' });
  try {
    return await file.use((bytes) => sealBytes(bytes, [passphraseRecipient(passphrase)], { armor: true }));
  } finally {
    context.events.emit({ kind: 'activity', title: 'deriving a key from the passphrase', state: 'end' });
  }
}

/** Opens a probe sealed to the recipient with the file as it is on disk. */
async function prove(context: Context, path: string, recipient: string, passphrase: Secret | undefined): Promise<void> {
  const doors = ageDoors(context);
  const probe = context.randomBytes(32);
  const identities = await parseIdentityFile(context.files.read(path), {
    ...doors,
    name: path,
    ...(passphrase === undefined
      ? {}
      : { passphrase: async () => new Secret(passphrase.use((bytes) => bytes.slice())) }),
  });
  const opened = await openBytes(await sealBytes(probe, [parseRecipient(recipient, doors.plugins)]), identities);
  if (!opened.use((bytes) => Buffer.from(bytes).equals(probe))) {
    throw new ValopsError('FILE_NOT_PROVEN', `"${path}" does not open what is sealed to its own recipient`, {
      hint: 'Do not use this key; check the disk and run the command again.',
    });
  }
}
