import { join } from 'node:path';
import { ageDoors } from '../age/doors.ts';
import { parseRecipient, parseRecipientsFile, type Recipient } from '../age/recipients.ts';
import type { Context } from '../core/context.ts';
import type { BackupRecipient, RecipientClass } from './manifest.ts';
import type { BackupPolicy } from './policy.ts';
import { findPrivateKeys, publicFingerprints } from './private-keys.ts';

/** Recipients that were given beside those of the policy; they count as `offline`. */
export interface FurtherRecipients {
  readonly recipients: readonly string[];
  readonly recipientsFiles: readonly string[];
}

/** To whom a backup is sealed. */
export interface ClassedRecipients {
  readonly recipients: readonly Recipient[];
  /** The same, in the same order, as documents list them. */
  readonly listed: readonly BackupRecipient[];
  /** Files that name recipients. */
  readonly files: readonly string[];
}

/** Environments have a directory each below the directory of the keys. */
const keyDepth = 2;

/**
 * The distinct recipients of policy and flags. One whose private key lies in this home is a host's
 * key, whatever class it was listed under. Throws AGE_RECIPIENT_INVALID and what reading files throws.
 */
export async function classedRecipients(
  context: Context,
  policy: Pick<BackupPolicy, 'recipients'>,
  further: FurtherRecipients,
): Promise<ClassedRecipients> {
  const { plugins } = ageDoors(context);
  const own = await ownFingerprints(context);
  const files: string[] = [];
  const found = new Map<string, { readonly recipient: Recipient; readonly listed: BackupRecipient }>();
  const add = (given: RecipientClass, recipient: Recipient): void => {
    const { fingerprint, type } = recipient;
    if (found.has(fingerprint)) return;
    found.set(fingerprint, { recipient, listed: { class: own.has(fingerprint) ? 'host' : given, type, fingerprint } });
  };
  const addFile = (given: RecipientClass, path: string): void => {
    files.push(path);
    for (const one of parseRecipientsFile(context.files.read(path), path, plugins)) add(given, one);
  };
  for (const given of ['host', 'escrow', 'offline'] as const) {
    for (const text of policy.recipients[given]) {
      if (text.startsWith('/')) addFile(given, text);
      else add(given, parseRecipient(text, plugins));
    }
  }
  for (const text of further.recipients) add('offline', parseRecipient(text, plugins));
  for (const path of further.recipientsFiles) addFile('offline', path);
  const all = [...found.values()];
  return { recipients: all.map(({ recipient }) => recipient), listed: all.map(({ listed }) => listed), files };
}

/** Fingerprints of all age keys of this home, private halves and public ones. */
async function ownFingerprints(context: Context): Promise<ReadonlySet<string>> {
  const root = context.home.ageDirectory(undefined);
  const { keys } = await findPrivateKeys(context, root, keyDepth);
  const publicFiles = [root, ...context.files.list(root).map((name) => join(root, name))]
    .filter((path) => context.files.stat(path)?.type === 'directory')
    .flatMap((directory) => context.files.list(directory).map((name) => join(directory, name)))
    .filter((path) => path.endsWith('.pub'));
  return new Set([
    ...keys.flatMap(({ fingerprints }) => fingerprints),
    ...publicFiles.flatMap((path) => publicFingerprints(context, path)),
  ]);
}
