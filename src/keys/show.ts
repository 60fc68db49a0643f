import { ageDoors } from '../age/doors.ts';
import { parseIdentityFile, recipientsOfIdentityFile } from '../age/identities.ts';
import { parseRecipientsFile, type Recipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { keyFiles, type KeyFiles } from './key-files.ts';

export interface KeyShown extends KeyFiles {
  readonly type: string;
  readonly recipient: string;
  readonly fingerprint: string;
}

/**
 * The recipient of an environment's key: from its `.pub` file, or derived from the private key
 * where that file is missing. Throws KEY_NOT_FOUND, and KEY_MISMATCH when the two files are not of the same
 * key, as far as that can be told without a passphrase: sealing to such a recipient would lock the owner out.
 */
export async function showKey(context: Context, environment: string | undefined): Promise<KeyShown> {
  const files = keyFiles(context, environment);
  const doors = ageDoors(context);
  const recipients =
    context.files.stat(files.recipientFile) !== null
      ? parseRecipientsFile(context.files.read(files.recipientFile), files.recipientFile, doors.plugins)
      : await fromIdentity(context, files);
  const recipient: Recipient | undefined = recipients[0];
  if (recipient === undefined) {
    throw new ValopsError('KEY_NOT_FOUND', `"${files.recipientFile}" holds no recipient`, {
      hint: `Write it anew: age-keygen -y ${files.identityFile}`,
    });
  }
  await compareWithIdentity(context, files, recipient);
  return { ...files, type: recipient.type, recipient: recipient.text, fingerprint: recipient.fingerprint };
}

async function fromIdentity(context: Context, files: KeyFiles): Promise<readonly Recipient[]> {
  if (context.files.stat(files.identityFile) === null) {
    throw new ValopsError('KEY_NOT_FOUND', `there is no age key at "${files.identityFile}"`, {
      hint: 'valops keys init',
    });
  }
  return recipientsOfIdentityFile(context.files.read(files.identityFile), {
    ...ageDoors(context),
    name: files.identityFile,
  });
}

async function compareWithIdentity(context: Context, files: KeyFiles, recipient: Recipient): Promise<void> {
  if (context.files.stat(files.identityFile) === null) return;
  const identities = await parseIdentityFile(context.files.read(files.identityFile), {
    ...ageDoors(context),
    name: files.identityFile,
  });
  const known = identities.flatMap((identity) => (identity.recipient === undefined ? [] : [identity.recipient]));
  if (known.length === 0 || known.some(({ fingerprint }) => fingerprint === recipient.fingerprint)) return;
  throw new ValopsError(
    'KEY_MISMATCH',
    `"${files.recipientFile}" is not of the key beside it: it holds "${recipient.text}", the key is of "${known[0]?.text}"`,
    { hint: `Find out which of them is right; move the wrong "${files.recipientFile}" away to use the key's own.` },
  );
}
