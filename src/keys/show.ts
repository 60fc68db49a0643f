import { ageDoors } from '../age/doors.ts';
import { recipientsOfIdentityFile } from '../age/identities.ts';
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
 * where that file is missing. Throws KEY_NOT_FOUND.
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
