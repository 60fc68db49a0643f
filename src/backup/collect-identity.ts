import { dirname, join } from 'node:path';
import type { Context } from '../core/context.ts';
import { cardFingerprint, claimedIdentity, isSameIdentity, parseCard, type Card } from '../identity/card.ts';
import { compareSealed } from '../identity/compare-sealed.ts';
import type { Kind, PublicIdentity } from '../identity/kind.ts';
import { sealedLimit } from '../identity/open-sealed.ts';
import { loadKind } from '../identity/registry.ts';
import { ValopsError } from '../lib/errors.ts';
import type { BackupIdentity, MemberPurpose } from './manifest.ts';
import { matching } from './matching.ts';
import type { IdentityPlace } from './policy.ts';
import { absent, holdSteady, type SteadyFile } from './steady.ts';

/** A file that was found, before it has its name in the archive. */
export interface FoundFile {
  readonly path: string;
  readonly purpose: MemberPurpose;
  readonly file: SteadyFile;
  readonly identity?: string;
}

/** A deployed identity and all of its files. */
export interface FoundIdentity {
  readonly identity: BackupIdentity;
  readonly files: readonly FoundFile[];
}

/**
 * Reads a declared identity as it is deployed and derives its public half from the secret. Its
 * double-sign state is read after its key. Throws FILE_NOT_FOUND, IDENTITY_PAYLOAD_INVALID,
 * IDENTITY_CARD_INVALID, IDENTITY_CARD_MISMATCH when card and key differ, BACKUP_STATE_MISSING,
 * BACKUP_SOURCE_UNSAFE, BACKUP_SOURCE_CHANGING.
 */
export async function collectIdentity(context: Context, declared: IdentityPlace): Promise<FoundIdentity> {
  const kind = await loadKind(declared.kind);
  const found: FoundFile[] = [];
  try {
    const card = readCard(context, declared, found);
    const identity = deriveDeployed(context, declared, kind, card, found);
    await readSealedOriginal(context, declared, card, found);
    readState(context, declared, kind, identity, found);
    const { publicId, publicKey, extra } = identity;
    return {
      identity: {
        kind: kind.id,
        publicId,
        publicKey,
        ...(extra === undefined ? {} : { extra }),
        place: declared.place,
        ...(card === undefined ? {} : { card: cardFingerprint(card) }),
      },
      files: found.map((file) => ({ ...file, identity: publicId })),
    };
  } catch (error) {
    for (const { file } of found) file.held?.wipe();
    throw error;
  }
}

function readCard(context: Context, { card }: IdentityPlace, found: FoundFile[]): Card | undefined {
  if (card === undefined) return undefined;
  const file = hold(context, card);
  found.push({ path: card, purpose: 'card', file });
  return file.held?.use((bytes) => parseCard(bytes, card));
}

function deriveDeployed(
  context: Context,
  { place }: IdentityPlace,
  kind: Kind,
  card: Card | undefined,
  found: FoundFile[],
): PublicIdentity {
  const payload = kind.collect((path) => {
    const file = holdSteady(context, join(place, path));
    if (file === null) return null;
    found.push({ path: join(place, path), purpose: 'identity', file });
    return file.held?.use((bytes) => bytes.slice()) ?? null;
  });
  if (payload === null) throw absent(place);
  const claimed = card === undefined ? undefined : claimedIdentity(card);
  try {
    const derived = payload.use((bytes) => kind.derive(bytes, claimed));
    if (claimed === undefined || (card?.kind === kind.id && isSameIdentity(derived, claimed))) return derived;
    throw new ValopsError(
      'IDENTITY_CARD_MISMATCH',
      `"${place}" holds ${kind.id} identity "${derived.publicId}", its card says ${card?.kind ?? ''} "${claimed.publicId}"`,
      { hint: 'Find out which of the two is right before anything is backed up under this name.' },
    );
  } finally {
    payload.wipe();
  }
}

async function readSealedOriginal(
  context: Context,
  { sealed }: IdentityPlace,
  card: Card | undefined,
  found: FoundFile[],
): Promise<void> {
  if (sealed === undefined) return;
  const file = hold(context, sealed, sealedLimit);
  found.push({ path: sealed, purpose: 'sealed-identity', file });
  const bytes = file.held?.use((held) => held);
  if (card !== undefined && bytes !== undefined) await compareSealed(bytes, sealed, card);
}

/** State is never left behind silently: a key that comes back without it can sign twice. */
function readState(
  context: Context,
  { place, state }: IdentityPlace,
  kind: Kind,
  identity: PublicIdentity,
  found: FoundFile[],
): void {
  const base = kind.target === 'directory' ? place : dirname(place);
  const own = kind.state?.(identity) ?? [];
  const ownPaths = own.flatMap((pattern) => matching(context, base, pattern));
  if (kind.target === 'directory' && own.length > 0 && ownPaths.length === 0)
    throw stateMissing(join(base, own[0] ?? ''));
  const declaredPaths = state.flatMap((pattern) => {
    const paths = matching(context, base, pattern);
    if (paths.length === 0) throw stateMissing(join(base, pattern));
    return paths;
  });
  if (own.length > 0 && ownPaths.length + declaredPaths.length === 0) {
    context.events.emit({
      kind: 'warning',
      message: `no double-sign state of ${kind.id} identity "${identity.publicId}" was found beside its key`,
      hint: 'If it votes, name its tower files below "state:" of this identity.',
    });
  }
  for (const path of new Set([...ownPaths, ...declaredPaths])) {
    found.push({ path, purpose: 'double-sign-state', file: hold(context, path) });
  }
}

function stateMissing(path: string): ValopsError {
  return new ValopsError('BACKUP_STATE_MISSING', `there is no double-sign state at "${path}"; nothing was written`, {
    hint: 'Put the state file back, or correct "state:" of this identity: a key restored without it can sign twice.',
  });
}

function hold(context: Context, path: string, limit?: number): SteadyFile {
  const file = holdSteady(context, path, limit);
  if (file === null) throw absent(path);
  return file;
}
