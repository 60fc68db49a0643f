import { ageDoors } from '../age/doors.ts';
import { gatherIdentities } from '../age/gather.ts';
import type { Identity } from '../age/identities.ts';
import type { Opening, OpeningRecord } from '../age/opening.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { claimedIdentity, isSameIdentity, parseCard, type Card } from './card.ts';
import { compareSealed } from './compare-sealed.ts';
import type { Kind } from './kind.ts';
import { loadKind } from './registry.ts';

/** Largest sealed identity that is read, in bytes: real ones are a few KiB. */
export const sealedLimit = 8 << 20;

/** How a command names a sealed identity, its card and the keys to open it with. */
export interface SealedArguments {
  readonly file: string;
  readonly card: string;
  readonly identityFiles: readonly string[];
  readonly passphraseFd: number | undefined;
}

/** A sealed identity that was read and is the file of its card; not opened yet. */
export interface SealedIdentity {
  /** As it was named. */
  readonly file: string;
  readonly card: Card;
  readonly kind: Kind;
  readonly sealed: Uint8Array;
  readonly identities: readonly Identity[];
  /** What the journal says of it before a key is used. */
  readonly record: Required<Pick<OpeningRecord, 'opens' | 'details'>>;
}

/** Reads everything and compares file and card. Throws IDENTITY_CARD_INVALID, IDENTITY_CARD_MISMATCH, AGE_IDENTITY_INVALID. */
export async function readSealed(context: Context, given: SealedArguments): Promise<SealedIdentity> {
  const card = parseCard(context.files.read(given.card), given.card);
  const kind = await loadKind(card.kind);
  const sealed = context.files.read(given.file, sealedLimit);
  await compareSealed(sealed, given.file, card);
  const identities = await gatherIdentities(given.identityFiles, ageDoors(context, given.passphraseFd));
  return {
    file: given.file,
    card,
    kind,
    sealed,
    identities,
    record: { opens: [given.file], details: { kind: kind.id, publicId: card.publicId } },
  };
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
  opening: Opening,
  { file, sealed, kind, card }: Pick<SealedIdentity, 'file' | 'sealed' | 'kind' | 'card'>,
): Promise<Opened> {
  const payload = await opening.bytes(file, sealed);
  const openedBy = opening.opened.at(-1)?.key ?? '';
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
