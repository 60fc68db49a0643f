import { ValopsError } from '../lib/errors.ts';
import type { BackupManifest, BackupMember } from './manifest.ts';

/** The members that a restore is about, in the order of the manifest. */
export interface Selection {
  readonly members: readonly BackupMember[];
  /** What was taken along without being named, for people. */
  readonly notes: readonly string[];
}

/**
 * The members that `only` names: by name in the archive, by path on the backed up host, or all of an
 * identity by its public id; everything when `only` is empty. Key and double-sign state of an
 * identity come together or not at all. Throws USAGE for a name that nothing has.
 */
export function selectMembers({ members, identities }: BackupManifest, only: readonly string[]): Selection {
  if (only.length === 0) return { members, notes: [] };
  const named = new Set<BackupMember>();
  for (const name of only) {
    const isId = identities.some(({ publicId }) => publicId === name);
    const found = members.filter((one) => (isId ? one.identity === name : one.path === name || one.source === name));
    if (found.length === 0) {
      throw new ValopsError('USAGE', `"${name}" is no member and no public id of this backup`, {
        hint: `Use the path of a member, as --plan without --only lists them${idsOf(identities.map((one) => one.publicId))}.`,
      });
    }
    for (const member of found) named.add(member);
  }
  const bound = new Set([...named].filter(isBound).map(({ identity }) => identity));
  const along = members.filter((one) => isBound(one) && bound.has(one.identity) && !named.has(one));
  return {
    members: members.filter((one) => named.has(one) || along.includes(one)),
    notes: along.map(({ source }) => `"${source}" comes along: a key and its double-sign state are never parted`),
  };
}

/** Whether a member is half of what must stay together. */
function isBound({ purpose, identity }: BackupMember): boolean {
  return identity !== undefined && (purpose === 'identity' || purpose === 'double-sign-state');
}

function idsOf(ids: readonly string[]): string {
  return ids.length === 0 ? '' : `, or one of: ${ids.join(', ')}`;
}
