import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { openBytes } from '../age/engine.ts';
import type { Identity } from '../age/identities.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { claimedIdentity, isSameIdentity, type Card } from './card.ts';
import type { Kind } from './kind.ts';

/** Largest sealed identity that is read, in bytes: real ones are a few KiB. */
export const sealedLimit = 8 << 20;

/** Lowercase hex SHA-256, as on cards. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Throws IDENTITY_CARD_MISMATCH unless the sealed bytes are exactly those the card records. */
export function compareSealed(sealed: Uint8Array, name: string, card: Card): void {
  const found = sha256Hex(sealed);
  if (found === card.sealed.sha256 && sealed.length === card.sealed.size) return;
  throw new ValopsError(
    'IDENTITY_CARD_MISMATCH',
    `"${basename(name)}" is not the file of this card: its sha256 is ${found}, the card says ${card.sealed.sha256}`,
    { hint: `Fetch the file which the card names: "${card.sealed.file}" of ${card.sealed.size} bytes.` },
  );
}

export interface Opened {
  readonly payload: Secret;
  /** Fingerprint or file name of the key that opened it. */
  readonly openedBy: string;
}

/**
 * Opens a sealed identity in memory and derives its public half again from the secret.
 * Throws IDENTITY_CARD_MISMATCH when it is not what the card says, and the AGE_ codes.
 */
export async function openSealed(
  sealed: Uint8Array,
  identities: readonly Identity[],
  kind: Kind,
  card: Card,
): Promise<Opened> {
  let openedBy = '';
  const witnessed = identities.map((identity): Identity => ({
    recipient: identity.recipient,
    source: identity.source,
    async unwrapFileKey(stanzas) {
      const key = await identity.unwrapFileKey(stanzas);
      if (key !== null) openedBy = identity.recipient?.fingerprint ?? identity.source;
      return key;
    },
  }));
  const payload = await openBytes(sealed, witnessed);
  try {
    const claimed = claimedIdentity(card);
    const derived = payload.use((bytes) => kind.derive(bytes, claimed));
    if (!isSameIdentity(derived, claimed)) {
      throw new ValopsError(
        'IDENTITY_CARD_MISMATCH',
        `the sealed secret is of ${kind.id} identity "${derived.publicId}", the card says "${claimed.publicId}"`,
        { hint: 'Do not use either; find out where card and file parted.' },
      );
    }
    return { payload, openedBy };
  } catch (error) {
    payload.wipe();
    throw error;
  }
}
