import { sealBytes } from '../age/engine.ts';
import type { GatherDoors } from '../age/gather.ts';
import { identityFileText, type Identity } from '../age/identities.ts';
import { passphraseRecipient } from '../age/recipients.ts';
import { readSecretKey, type SecretKeyType } from '../age/secret-key.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { FileStat } from '../core/files.ts';
import { Secret } from '../lib/secret.ts';

/** The key that is to be replaced. */
export interface OldKey {
  readonly type: SecretKeyType;
  readonly identity: Identity;
  readonly recipient: NonNullable<Identity['recipient']>;
  readonly stat: FileStat;
  /** The file as it lies on the disk. */
  readonly file: Uint8Array;
  /** Whether no passphrase protects it there. */
  readonly inClear: boolean;
  /** Its text, without a passphrase. */
  readonly text: Secret;
  /** A text as a file protected like this one: under the same passphrase, or in clear. */
  protect(text: Secret): Promise<Uint8Array>;
}

/** Reads a key file; a passphrase is asked for once. Throws AGE_IDENTITY_INVALID for anything but one age key, AGE_PASSPHRASE_WRONG. */
export async function readOldKey(context: Context, path: string, doors: GatherDoors): Promise<OldKey> {
  const stat = context.files.stat(path);
  if (stat?.type !== 'file') {
    throw new ValopsError(
      'KEY_NOT_FOUND',
      `"${path}" is ${stat === null ? 'not there' : `a ${stat.type}, not a file`}`,
      {
        hint: 'valops keys list',
      },
    );
  }
  const file = context.files.read(path);
  let passphrase: Secret | undefined;
  const ask = async (what: string): Promise<Secret> => {
    passphrase ??= await doors.passphrase(what);
    return new Secret(passphrase.use((bytes) => bytes.slice()));
  };
  const options = { ...doors, name: path, passphrase: ask };
  const text = await identityFileText(file, options);
  const key = await readSecretKey(
    text.use((bytes) => bytes.slice()),
    options,
  );
  return {
    ...{ type: key.type, identity: key.identity, recipient: key.recipient, stat, file, text },
    inClear: passphrase === undefined,
    protect: async (plain) =>
      passphrase === undefined
        ? plain.use((bytes) => bytes.slice())
        : sealBytes(
            plain.use((bytes) => bytes.slice()),
            [passphraseRecipient(passphrase)],
            { armor: true },
          ),
  };
}
