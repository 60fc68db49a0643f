import { open } from '../age/engine.ts';
import type { Identity } from '../age/identity.ts';
import type { Context } from '../core/context.ts';
import { Tap } from '../lib/digest.ts';
import { Secret } from '../lib/secret.ts';
import { damaged } from './damaged.ts';
import type { BackupManifest, BackupMember } from './manifest.ts';
import { readBackup } from './read-backup.ts';

/** A backup that was opened and read to its end: every member is the one of the manifest. */
export interface OpenedBackup {
  readonly manifest: BackupManifest;
  /** Lowercase hex, of the sealed file. */
  readonly sha256: string;
  /** Bytes of the sealed file. */
  readonly size: number;
  /** Members by `source`, all but configuration and pins: those are proven and not kept. */
  readonly held: ReadonlyMap<string, Secret>;
  /** Key among those given. */
  readonly openedBy: Identity;
  /** Overwrites what is held. */
  wipe(): void;
}

/** Largest member that is held, in bytes: a sealed identity of the largest kind. */
const heldLimit = 8 << 20;

/**
 * Opens a backup whole, in memory, with the first of `identities` that fits. Throws BACKUP_DAMAGED,
 * AGE_NO_IDENTITY_MATCH and the other codes of opening, FILE_NOT_FOUND, FILE_UNREADABLE.
 */
export async function openBackup(
  context: Context,
  path: string,
  identities: readonly Identity[],
): Promise<OpenedBackup> {
  const held = new Map<string, Secret>();
  const wipe = (): void => {
    for (const secret of held.values()) secret.wipe();
  };
  const witness = witnessed(identities);
  const file = new Tap();
  try {
    const manifest = await readBackup(open(file.through(context.files.stream(path)), witness.identities), {
      async member(member, content) {
        if (isHeld(member)) held.set(member.source, await hold(member, content));
      },
    });
    return { manifest, ...file.digest(), held, openedBy: witness.opener(), wipe };
  } catch (error) {
    wipe();
    throw error;
  }
}

/** Whether a member is kept in memory when a backup is opened. */
export function isHeld({ purpose }: BackupMember): boolean {
  return purpose !== 'configuration' && purpose !== 'pins';
}

async function hold(member: BackupMember, content: AsyncIterable<Uint8Array>): Promise<Secret> {
  if (member.size > heldLimit) {
    throw damaged(`"${member.path}" has ${member.size} bytes, more than any file of its purpose (${member.purpose})`);
  }
  const bytes = new Uint8Array(member.size);
  let at = 0;
  for await (const chunk of content) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return new Secret(bytes);
}

function witnessed(identities: readonly Identity[]): {
  readonly identities: readonly Identity[];
  readonly opener: () => Identity;
} {
  let opener: Identity | undefined;
  return {
    identities: identities.map((identity) => ({
      recipient: identity.recipient,
      source: identity.source,
      async unwrapFileKey(stanzas) {
        const key = await identity.unwrapFileKey(stanzas);
        if (key !== null) opener = identity;
        return key;
      },
    })),
    opener() {
      if (opener === undefined) throw new Error('a backup was opened by no identity');
      return opener;
    },
  };
}
