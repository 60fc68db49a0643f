import { join } from 'node:path';
import { cardFingerprint, claimedIdentity, isSameIdentity, parseCard, type Card } from '../identity/card.ts';
import { compareSealed } from '../identity/compare-sealed.ts';
import type { Kind, PublicIdentity } from '../identity/kind.ts';
import { loadKind } from '../identity/registry.ts';
import { ValopsError } from '../lib/errors.ts';
import { damaged } from './damaged.ts';
import type { BackupIdentity } from './manifest.ts';
import type { OpenedBackup } from './open-backup.ts';

/** An identity whose public half was derived again from the secret. */
export interface ProvenIdentity {
  readonly kind: string;
  readonly publicId: string;
  /** Whether a card in the backup says the same. */
  readonly card: boolean;
}

/**
 * Derives each identity of an opened backup from its secret and compares it with the manifest, and
 * with its card and its sealed original where they were kept along. Throws BACKUP_DAMAGED,
 * IDENTITY_PAYLOAD_INVALID, IDENTITY_CARD_INVALID, IDENTITY_CARD_MISMATCH.
 */
export async function proveIdentities(opened: OpenedBackup): Promise<readonly ProvenIdentity[]> {
  const proven: ProvenIdentity[] = [];
  for (const identity of opened.manifest.identities) {
    const kind = await loadKind(identity.kind);
    const derived = deriveFrom(kind, identity, (path) => bytesAt(opened, path));
    if (derived === null) throw damaged(`the key of ${identity.kind} identity "${identity.publicId}" is not in it`);
    if (!isSameIdentity(derived, identity)) {
      throw damaged(
        `the key is of ${identity.kind} identity "${derived.publicId}", its manifest says "${identity.publicId}"`,
      );
    }
    proven.push({ kind: identity.kind, publicId: identity.publicId, card: await compareCard(opened, identity) });
  }
  return proven;
}

/**
 * The public half of what is at the place of an identity; null when nothing is there. `read` answers
 * the bytes at an absolute path of the backed up host, or null. Throws IDENTITY_PAYLOAD_INVALID.
 */
export function deriveFrom(
  kind: Kind,
  identity: BackupIdentity,
  read: (path: string) => Uint8Array | null,
): PublicIdentity | null {
  const payload = kind.collect((path) => read(join(identity.place, path)));
  if (payload === null) return null;
  try {
    return payload.use((bytes) => kind.derive(bytes, publicHalf(identity)));
  } finally {
    payload.wipe();
  }
}

function publicHalf({ publicId, publicKey, extra }: BackupIdentity): PublicIdentity {
  return { publicId, publicKey, ...(extra === undefined ? {} : { extra }) };
}

function bytesAt({ held }: OpenedBackup, path: string): Uint8Array | null {
  return held.get(path)?.use((bytes) => bytes.slice()) ?? null;
}

async function compareCard(opened: OpenedBackup, identity: BackupIdentity): Promise<boolean> {
  const own = opened.manifest.members.filter((member) => member.identity === identity.publicId);
  const at = own.find(({ purpose }) => purpose === 'card');
  const bytes = at === undefined ? null : bytesAt(opened, at.source);
  if (at === undefined || bytes === null) {
    if (identity.card === undefined) return false;
    throw damaged(`the card of "${identity.publicId}" is not in it, its manifest says ${identity.card}`);
  }
  const card = parseCard(bytes, at.source);
  if (card.kind !== identity.kind || !isSameIdentity(claimedIdentity(card), publicHalf(identity))) {
    throw new ValopsError(
      'IDENTITY_CARD_MISMATCH',
      `the card "${at.source}" is of ${card.kind} identity "${card.publicId}", the key beside it of ${identity.kind} "${identity.publicId}"`,
      { hint: 'Use another backup, and find out where card and key parted.' },
    );
  }
  if (identity.card !== undefined && cardFingerprint(card) !== identity.card) {
    throw damaged(
      `the card "${at.source}" has the fingerprint ${cardFingerprint(card)}, its manifest says ${identity.card}`,
    );
  }
  await compareOriginal(opened, identity, card);
  return true;
}

async function compareOriginal(opened: OpenedBackup, identity: BackupIdentity, card: Card): Promise<void> {
  for (const { purpose, source, identity: of } of opened.manifest.members) {
    if (purpose !== 'sealed-identity' || of !== identity.publicId) continue;
    const bytes = bytesAt(opened, source);
    if (bytes !== null) await compareSealed(bytes, source, card);
  }
}
