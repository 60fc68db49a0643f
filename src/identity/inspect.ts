import { inspect, type Inspection } from '../age/inspect.ts';
import type { Context } from '../core/context.ts';
import { cardFingerprint, parseCard, type Card } from './card.ts';
import { compareSealed, sha256Hex } from './compare-sealed.ts';
import { sealedLimit } from './open-sealed.ts';

export interface IdentityInspection {
  readonly sha256: string;
  readonly size: number;
  readonly seal: Inspection;
  /** The card and its fingerprint when one was given; the file is proven to be its file. */
  readonly card: Card | undefined;
  readonly fingerprint: string | undefined;
}

/** Tells what a sealed identity is, and that it is the card's file, without a key. Throws IDENTITY_CARD_MISMATCH. */
export async function inspectIdentity(
  context: Context,
  file: string,
  cardFile: string | undefined,
): Promise<IdentityInspection> {
  const sealed = context.files.read(file, sealedLimit);
  const card = cardFile === undefined ? undefined : parseCard(context.files.read(cardFile), cardFile);
  if (card !== undefined) await compareSealed(sealed, file, card);
  return {
    sha256: sha256Hex(sealed),
    size: sealed.length,
    seal: await inspect(once(sealed)),
    card,
    fingerprint: card === undefined ? undefined : cardFingerprint(card),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
