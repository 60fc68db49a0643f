import { journalledOpening } from '../age/opening.ts';
import type { Context } from '../core/context.ts';
import { cardFingerprint, type Card } from './card.ts';
import { openSealed, readSealed, type SealedArguments } from './open-sealed.ts';

export interface Verified {
  readonly card: Card;
  readonly fingerprint: string;
  /** Fingerprint of the key that opened the seal. */
  readonly openedBy: string;
}

/**
 * Proves a seal: the file is the card's file, a key opens it, and the public id derived from the
 * secret is the card's. In memory only. Throws IDENTITY_CARD_INVALID, IDENTITY_CARD_MISMATCH,
 * IDENTITY_PAYLOAD_INVALID and the AGE_ codes of opening.
 */
export async function verifyIdentity(context: Context, given: SealedArguments): Promise<Verified> {
  const identity = await readSealed(context, given);
  return journalledOpening(
    context.journal,
    { action: 'identity.open', purpose: 'verify', ...identity.record },
    identity.identities,
    async (opening) => {
      const { payload, openedBy } = await openSealed(opening, identity);
      payload.wipe();
      return { card: identity.card, fingerprint: cardFingerprint(identity.card), openedBy };
    },
  );
}
