import { open } from '../age/engine.ts';
import type { Identity } from '../age/identity.ts';
import type { Recipient } from '../age/recipient.ts';
import { fileKeyIdentity, type SealedHeader } from '../age/sealed-header.ts';
import { sshTagOf } from '../age/ssh-public-key.ts';
import type { Context } from '../core/context.ts';
import { type Digest, digestStream, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { contentOf } from './digest.ts';
import { builtInTypes, headerOf } from './look.ts';

/** What a file that was sealed anew must stand up to. */
export interface Demands {
  readonly recipients: readonly Recipient[];
  /** Keys at hand that may be of new recipients; each that is must open it, one at least. */
  readonly provers: readonly Identity[];
  /** Keys that must not open it. */
  readonly removed: readonly Identity[];
  /** What the file holds. */
  readonly plaintext: Digest;
  /** The file itself, as it was written. */
  readonly sealed: Digest;
}

/**
 * Reads a file back from where it was written: it is as written, names nobody else, opens with each key of a new
 * recipient to the same file key and with one of them to the same plaintext, and not with a removed one. Answers the
 * keys it was opened with. Throws RESEAL_UNPROVEN, RESEAL_REMOVED_STAYS.
 */
export async function proveSealed(context: Context, path: string, demands: Demands): Promise<readonly Identity[]> {
  const { recipients, provers, removed, sealed } = demands;
  const header = await headerOf(context, path, sealed.size);
  checkStanzas(path, header, recipients);
  for (const identity of removed) {
    const fileKey = await header.fileKeyFor(identity);
    if (fileKey === null) continue;
    fileKey.fill(0);
    throw new ValopsError('RESEAL_REMOVED_STAYS', `the removed key "${identity.source}" still opens "${path}"`, {
      hint: 'Find the recipient in the new list that is the same key by another name, and take it out.',
    });
  }
  const openers: Identity[] = [];
  let first: Uint8Array | undefined;
  for (const identity of provers) {
    const fileKey = await header.fileKeyFor(identity);
    if (fileKey === null) {
      if (!recipients.some(({ fingerprint }) => fingerprint === identity.recipient?.fingerprint)) continue;
      throw unproven(path, `the key "${identity.source}" of a new recipient does not open it`);
    }
    if (!Buffer.from((first ??= fileKey)).equals(fileKey))
      throw unproven(path, 'two keys find different file keys in it');
    openers.push(identity);
  }
  if (first === undefined) throw unproven(path, 'none of the keys at hand opens it');
  await compareContent(context, path, [fileKeyIdentity(first, path)], demands);
  first.fill(0);
  return openers;
}

async function compareContent(
  context: Context,
  path: string,
  identities: readonly Identity[],
  { plaintext, sealed }: Demands,
): Promise<void> {
  const outside = new Tap();
  const inside = await digestStream(open(outside.through(contentOf(context, path, sealed.size)), identities));
  if (outside.digest().sha256 !== sealed.sha256) throw unproven(path, 'it is not what was written');
  if (inside.sha256 !== plaintext.sha256) throw unproven(path, 'it does not hold what the old file holds');
}

/** A header must have what these recipients get, and nothing for anybody else, as far as stanzas tell. */
function checkStanzas(path: string, { stanzas }: SealedHeader, recipients: readonly Recipient[]): void {
  const expected = recipients.map(({ type, text }) => stanzaName(type, sshTagOf(text) ?? undefined)).toSorted();
  // what stanzas a plugin makes, only the plugin knows
  if (!recipients.every(({ type }) => builtInTypes.has(type))) return;
  const found = stanzas.map(({ type, tag }) => stanzaName(type, type.startsWith('ssh-') ? tag : undefined)).toSorted();
  if (found.join(', ') === expected.join(', ')) return;
  throw unproven(path, `its header names ${found.join(', ')}; expected ${expected.join(', ')}`);
}

function stanzaName(type: string, tag: string | undefined): string {
  return tag === undefined ? type : `${type} ${tag}`;
}

function unproven(path: string, problem: string): ValopsError {
  return new ValopsError('RESEAL_UNPROVEN', `"${path}" was not proven: ${problem}; no file was replaced`, {
    hint: 'Check the disk (dmesg), and that nothing else writes there; then run the command again.',
  });
}
