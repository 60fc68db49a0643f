import { dirname, join } from 'node:path';
import { journalledOpening } from '../age/opening.ts';
import type { Context } from '../core/context.ts';
import type { FileStat, Owner } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import { cardFingerprint, claimedIdentity, isSameIdentity, type Card } from './card.ts';
import type { Kind, PlacedFile, PublicIdentity } from './kind.ts';
import { openSealed, readSealed, type SealedArguments } from './open-sealed.ts';
import { octal } from '../lib/octal.ts';

/** Largest existing file that is compared with an identity, in bytes. */
const placedLimit = 1 << 20;

export interface RestoreRequest extends SealedArguments {
  /** The file, or for kinds of several files the validator's home directory. */
  readonly to: string;
  readonly owner: string | undefined;
  /** Permission bits for the key files; each kind's own when undefined. */
  readonly mode: number | undefined;
  /** Answers whether to go on; called only when something would be written. */
  readonly agree: (plan: RestorePlan) => Promise<boolean>;
}

export interface RestoreStep {
  readonly path: string;
  readonly action: 'create' | 'unchanged' | 'keep';
  readonly mode: number;
}

export interface RestorePlan {
  readonly card: Card;
  readonly steps: readonly RestoreStep[];
}

export interface Restored extends RestorePlan {
  readonly verdict: 'restored' | 'nothing-to-do' | 'planned';
  readonly fingerprint: string;
}

/**
 * Places a sealed identity where its validator expects it. An identity that is there already and
 * differs is never touched (IDENTITY_FOREIGN); double-sign state is never reset. Ends by reading
 * every file back and deriving the public id from the disk.
 */
export async function restoreIdentity(context: Context, request: RestoreRequest): Promise<Restored> {
  checkMode(request.mode);
  const owner = request.owner === undefined ? undefined : context.machine.resolveOwner(request.owner);
  const identity = await readSealed(context, request);
  const { opens, details } = identity.record;
  return journalledOpening(
    context.journal,
    {
      action: 'identity.restore',
      purpose: `restore to ${request.to}`,
      opens,
      details: { ...details, ...(request.owner === undefined ? {} : { owner: request.owner }) },
    },
    identity.identities,
    async (opening) => {
      const { payload } = await openSealed(opening, identity);
      try {
        return await place(context, request, { kind: identity.kind, card: identity.card, owner, payload });
      } finally {
        payload.wipe();
      }
    },
    ({ verdict, steps }) => ({ verdict, steps: steps.map(({ path, action }) => ({ path, action })) }),
  );
}

interface Placing {
  readonly kind: Kind;
  readonly card: Card;
  readonly owner: Owner | undefined;
  readonly payload: Secret;
}

async function place(
  context: Context,
  request: RestoreRequest,
  { kind, card, owner, payload }: Placing,
): Promise<Restored> {
  const files = payload.use((bytes) => kind.place(bytes));
  const steps = files.map((file) => planFile(context, request, card, owner, file));
  const plan = { card, steps };
  const fingerprint = cardFingerprint(card);
  const missing = files.filter((_, index) => steps[index]?.action === 'create');
  if (missing.length > 0 && !(await request.agree(plan))) return { ...plan, verdict: 'planned', fingerprint };

  for (const file of missing) {
    const path = join(request.to, file.path);
    context.files.ensureDirectory(dirname(path), { mode: 0o700, ...(owner === undefined ? {} : { owner }) });
    file.bytes.use((bytes) =>
      context.files.create(path, bytes, {
        mode: modeOf(request, file),
        secret: true,
        ...(owner === undefined ? {} : { owner }),
      }),
    );
  }
  prove(readBack(context, request, kind, claimedIdentity(card)), card, request.to);
  return { ...plan, verdict: missing.length > 0 ? 'restored' : 'nothing-to-do', fingerprint };
}

/** Compares what is on disk with what belongs there. */
function planFile(
  context: Context,
  request: RestoreRequest,
  card: Card,
  owner: Owner | undefined,
  file: PlacedFile,
): RestoreStep {
  const path = join(request.to, file.path);
  const mode = modeOf(request, file);
  const found = context.files.stat(path);
  if (found === null) return { path, action: 'create', mode };
  if (file.existing === 'keep') return { path, action: 'keep', mode: found.mode };
  const same =
    found.type === 'file' &&
    file.bytes.use((bytes) => Buffer.from(context.files.read(path, placedLimit)).equals(bytes));
  if (!same) {
    throw new ValopsError(
      'IDENTITY_FOREIGN',
      `"${path}" holds something else than identity "${card.publicId}"; it was not touched`,
      {
        hint: 'Find out which identity it is; seal and move it aside before restoring another.',
      },
    );
  }
  checkPlaced(context, path, found, mode, owner);
  return { path, action: 'unchanged', mode: found.mode };
}

/** A right key with a wrong mode or owner is not "nothing to do", and changing it is not ours to guess. */
function checkPlaced(context: Context, path: string, found: FileStat, mode: number, owner: Owner | undefined): void {
  if ((found.mode & ~mode) !== 0) {
    throw new ValopsError(
      'KEY_UNSAFE_MODE',
      `"${path}" is this identity, but its mode is ${octal(found.mode)}, expected ${octal(mode)}`,
      {
        hint: `chmod ${octal(mode)} ${path}`,
      },
    );
  }
  if (owner !== undefined && (found.uid !== owner.uid || found.gid !== owner.gid)) {
    context.events.emit({
      kind: 'warning',
      message: `"${path}" is this identity, but belongs to ${found.uid}:${found.gid}, expected ${owner.uid}:${owner.gid}`,
      hint: `chown ${owner.uid}:${owner.gid} ${path}`,
    });
  }
}

function modeOf(request: RestoreRequest, file: PlacedFile): number {
  return request.mode ?? file.mode;
}

function checkMode(mode: number | undefined): void {
  if (mode === undefined || (mode & 0o7137) === 0) return;
  throw new ValopsError('KEY_UNSAFE_MODE', `mode ${octal(mode)} would expose a validator key`, {
    hint: 'Use 0600 or 0400, or 0640 or 0440 for a group of the validator alone.',
  });
}

function readBack(
  context: Context,
  request: RestoreRequest,
  kind: Kind,
  claimed: PublicIdentity,
): PublicIdentity | null {
  const payload = kind.collect((path) => {
    const full = join(request.to, path);
    return context.files.stat(full) === null ? null : context.files.read(full, placedLimit);
  });
  if (payload === null) return null;
  try {
    return payload.use((bytes) => kind.derive(bytes, claimed));
  } finally {
    payload.wipe();
  }
}

function prove(found: PublicIdentity | null, card: Card, to: string): void {
  if (found !== null && isSameIdentity(found, claimedIdentity(card))) return;
  throw new ValopsError(
    'IDENTITY_UNPROVEN',
    `"${to}" does not hold identity "${card.publicId}" after the restore: found ${found === null ? 'nothing' : `"${found.publicId}"`}`,
    {
      hint: 'Do not start the validator; check the disk and restore again.',
    },
  );
}
