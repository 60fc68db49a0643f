import { ageDoors } from '../age/doors.ts';
import { gatherIdentities } from '../age/gather.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { cardFingerprint, parseCard, type Card } from './card.ts';
import { compareSealed, openSealed, sealedLimit } from './open-sealed.ts';
import { loadKind } from './registry.ts';

export interface VerifyRequest {
  readonly file: string;
  readonly card: string;
  readonly identityFiles: readonly string[];
  readonly passphraseFd: number | undefined;
}

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
export async function verifyIdentity(context: Context, request: VerifyRequest): Promise<Verified> {
  const card = parseCard(context.files.read(request.card), request.card);
  const kind = await loadKind(card.kind);
  const sealed = context.files.read(request.file, sealedLimit);
  compareSealed(sealed, request.file, card);
  const identities = await gatherIdentities(request.identityFiles, ageDoors(context, request.passphraseFd));
  return journalled(
    context.journal,
    {
      action: 'identity.open',
      purpose: 'verify',
      keys: identities.map(({ recipient, source }) => recipient?.fingerprint ?? source),
      details: { file: request.file, kind: kind.id, publicId: card.publicId },
    },
    async () => {
      const { payload, openedBy } = await openSealed(sealed, identities, kind, card);
      payload.wipe();
      return { card, fingerprint: cardFingerprint(card), openedBy };
    },
    ({ openedBy }) => ({ openedBy }),
  );
}
