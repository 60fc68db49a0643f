import { dirname, join, sep } from 'node:path';
import type { Context } from '../core/context.ts';
import { isSameIdentity } from '../identity/card.ts';
import { loadKind } from '../identity/registry.ts';
import { digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { compareState } from './double-sign.ts';
import type { BackupManifest, BackupMember } from './manifest.ts';
import { deriveFrom } from './open-backup-proof.ts';
import type { OpenedBackup } from './open-backup.ts';
import type { Look, RestoreFacts } from './restore-plan.ts';

type FoundAt = { readonly isOwn: boolean; readonly publicId: string } | null;

/** Largest key or state that is compared, in bytes. */
const comparedLimit = 8 << 20;

/**
 * Looks at the place of every member below `root` (`/` for the places they came from). Reads only.
 * Throws BACKUP_PLACE_TAKEN when a link leads out of `root`, FILE_UNREADABLE.
 */
export async function lookAtPlaces(
  context: Context,
  opened: OpenedBackup,
  members: readonly BackupMember[],
  root: string,
): Promise<RestoreFacts['places']> {
  const places: RestoreFacts['places'][number][] = [];
  const owners = new Map<string, FoundAt>();
  for (const member of members) {
    const path = join(root, member.source);
    refuseEscape(context, root, path);
    const look = await lookAt(context, opened, member, path);
    if (member.purpose !== 'identity' || look.is !== 'file') {
      places.push({ member, path, look });
      continue;
    }
    const id = member.identity ?? '';
    if (look.sha256 === member.sha256) {
      places.push({ member, path, look: { ...look, found: { isOwn: true, publicId: id } } });
      continue;
    }
    if (!owners.has(id)) owners.set(id, await identityAt(context, opened.manifest, id, root));
    places.push({ member, path, look: { ...look, found: owners.get(id) ?? null } });
  }
  return places;
}

/**
 * Which identity is below `root` at the place of identity `id`, and whether it is that one in every
 * public part; null when there is none or what is there cannot be understood.
 */
export async function identityAt(
  context: Context,
  { identities }: BackupManifest,
  id: string,
  root: string,
): Promise<FoundAt> {
  for (const identity of identities.filter(({ publicId }) => publicId === id)) {
    const kind = await loadKind(identity.kind);
    try {
      const found = deriveFrom(kind, identity, (path) => {
        const at = join(root, path);
        return context.files.stat(at)?.type === 'file' ? context.files.read(at, comparedLimit) : null;
      });
      if (found !== null) return { isOwn: isSameIdentity(found, identity), publicId: found.publicId };
    } catch (error) {
      if (!(error instanceof ValopsError)) throw error;
    }
  }
  return null;
}

async function lookAt(context: Context, opened: OpenedBackup, member: BackupMember, path: string): Promise<Look> {
  const stat = context.files.stat(path);
  if (stat === null) return { is: 'absent' };
  if (stat.type !== 'file') return { is: 'irregular', type: stat.type };
  const look = { is: 'file', stat, sha256: (await digestFile(context, path)).sha256 } as const;
  const ours = opened.held.get(member.source);
  if (member.purpose !== 'double-sign-state' || ours === undefined) return look;
  const theirs = context.files.read(path, comparedLimit);
  const owner = opened.manifest.identities.find(({ publicId }) => publicId === member.identity);
  const node = owner === undefined ? undefined : Buffer.from(owner.publicKey, 'hex');
  return { ...look, order: ours.use((bytes) => compareState(bytes, theirs, node)) };
}

/** Below a root of one's own nothing is written outside of it. At the real places links are the host's. */
function refuseEscape(context: Context, root: string, path: string): void {
  if (root === sep) return;
  let directory = dirname(path);
  while (directory.length > root.length && context.files.stat(directory) === null) directory = dirname(directory);
  if (directory.length < root.length || context.files.stat(directory) === null) return;
  const [real, realRoot] = [context.files.realPath(directory), context.files.realPath(root)];
  if (real === realRoot || real.startsWith(`${realRoot}${sep}`)) return;
  throw new ValopsError(
    'BACKUP_PLACE_TAKEN',
    `"${directory}" leads out of "${root}", to "${real}"; nothing was written`,
    {
      hint: 'Give --root an empty directory.',
    },
  );
}
