import type { Secret } from '../lib/secret.ts';
import { ValopsError } from '../lib/errors.ts';
import { parseIdentityFile, recipientsOfIdentityFile, type Identity } from './identities.ts';
import { parseRecipient, parseRecipientsFile, type PluginDoors, type Recipient } from './recipients.ts';

/** How the arguments `-r`, `-R` and `-i` of a command name recipients. */
export interface RecipientArguments {
  readonly recipients: readonly string[];
  readonly recipientsFiles: readonly string[];
  readonly identityFiles: readonly string[];
}

/** What gathering needs from outside; `read` answers a whole small file. */
export interface GatherDoors {
  readonly read: (path: string) => Uint8Array | Promise<Uint8Array>;
  readonly plugins: PluginDoors;
  /** Asked at most once per protected identity file, and only when its secret is needed. */
  readonly passphrase: (what: string) => Promise<Secret>;
  /** Called with a line for people when the same recipient was given twice. */
  readonly onDuplicate?: (text: string) => void;
}

/**
 * The distinct recipients that the arguments name, in their order. Throws AGE_RECIPIENT_INVALID,
 * AGE_IDENTITY_INVALID and what `read` throws.
 */
export async function gatherRecipients(given: RecipientArguments, doors: GatherDoors): Promise<readonly Recipient[]> {
  const found: Recipient[] = given.recipients.map((text) => parseRecipient(text, doors.plugins));
  for (const path of given.recipientsFiles) {
    found.push(...parseRecipientsFile(await doors.read(path), path, doors.plugins));
  }
  for (const path of given.identityFiles) {
    found.push(...(await recipientsOfIdentityFile(await doors.read(path), { name: path, ...doors })));
  }
  const distinct = new Map<string, Recipient>();
  for (const recipient of found) {
    if (distinct.has(recipient.fingerprint)) doors.onDuplicate?.(recipient.text);
    else distinct.set(recipient.fingerprint, recipient);
  }
  return [...distinct.values()];
}

/** The identities of all files, in their order. Throws AGE_IDENTITY_INVALID and what `read` throws. */
export async function gatherIdentities(paths: readonly string[], doors: GatherDoors): Promise<readonly Identity[]> {
  const identities: Identity[] = [];
  for (const path of paths) {
    const found = await parseIdentityFile(await doors.read(path), { name: path, ...doors });
    if (found.length === 0) {
      throw new ValopsError('AGE_IDENTITY_INVALID', `"${path}" holds no identity`, {
        hint: 'Give the file that holds the private key, for example ~/.valops/age/host-identity.key.',
      });
    }
    identities.push(...found);
  }
  return identities;
}
