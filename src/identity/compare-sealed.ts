import { basename } from 'node:path';
import { inspect, type InspectedRecipient } from '../age/inspect.ts';
import { digestBytes } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Card } from './card.ts';

/** A recipient as cards and catalogues record it. */
export type RecordedRecipient = Pick<Card['sealed']['recipients'][number], 'type' | 'fingerprint'>;

/** Stanza types of age itself: one stanza for each recipient. A plugin may write any stanzas it likes. */
const nativeTypes = ['X25519', 'mlkem768x25519', 'p256tag', 'mlkem768p256tag', 'scrypt', 'ssh-ed25519', 'ssh-rsa'];

/** Lowercase hex SHA-256, as on cards. */
export function sha256Hex(bytes: Uint8Array): string {
  return digestBytes(bytes).sha256;
}

/**
 * Throws IDENTITY_CARD_MISMATCH unless the sealed bytes are exactly those the card records, and
 * their header holds the recipients it records, as far as a header tells: how many of each type,
 * and the tags of SSH keys. Needs no key.
 */
export async function compareSealed(sealed: Uint8Array, name: string, card: Card): Promise<void> {
  const found = sha256Hex(sealed);
  if (found !== card.sealed.sha256 || sealed.length !== card.sealed.size) {
    throw new ValopsError(
      'IDENTITY_CARD_MISMATCH',
      `"${basename(name)}" is not the file of this card: its sha256 is ${found}, the card says ${card.sealed.sha256}`,
      { hint: `Fetch the file which the card names: "${card.sealed.file}" of ${card.sealed.size} bytes.` },
    );
  }
  const { recipients } = await inspect(once(sealed));
  const difference = recipientsDifference(recipients, card.sealed.recipients, 'the card');
  if (difference === undefined) return;
  throw new ValopsError(
    'IDENTITY_CARD_MISMATCH',
    `"${basename(name)}" is not sealed to the recipients of this card: ${difference}`,
    { hint: 'The card was changed: take it again from where the identity was made.' },
  );
}

/**
 * In words, how the stanzas of a header differ from the recipients on record, as far as a header
 * tells; `record` names the record. Undefined when they do not.
 */
export function recipientsDifference(
  stanzas: readonly InspectedRecipient[],
  recipients: readonly RecordedRecipient[],
  record: string,
): string | undefined {
  const hasPlugins = recipients.some(({ type }) => !nativeTypes.includes(type));
  for (const type of nativeTypes) {
    const sealed = stanzas.filter((stanza) => stanza.type === type).length;
    const recorded = recipients.filter((recipient) => recipient.type === type).length;
    if (hasPlugins ? sealed < recorded : sealed !== recorded) {
      return `the header has ${sealed} of type ${type}, ${record} ${recorded}`;
    }
  }
  const stranger = recipients.find(
    (one) => one.type.startsWith('ssh-') && !stanzas.some((stanza) => isOf(stanza, one)),
  );
  return stranger === undefined ? undefined : `no stanza is for the SSH key ${stranger.fingerprint}`;
}

/** An SSH stanza names its key by the first four bytes of the digest which the fingerprint shows whole. */
function isOf(stanza: InspectedRecipient, { type, fingerprint }: RecordedRecipient): boolean {
  const digest = Buffer.from(fingerprint.replace(/^SHA256:/, ''), 'base64');
  return stanza.type === type && stanza.tag === digest.subarray(0, 4).toString('base64').replaceAll('=', '');
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
