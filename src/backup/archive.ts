import { createHash } from 'node:crypto';
import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { ValopsError } from '../lib/errors.ts';
import type { BackupManifest, BackupMember } from './manifest.ts';
import { encodeManifest, manifestName } from './manifest-file.ts';

/** A member with its bytes. */
export interface MemberSource {
  readonly member: BackupMember;
  readonly modifiedAt: Date;
  /** The bytes, from the beginning. */
  readonly content: () => AsyncIterable<Uint8Array>;
}

interface Entry {
  readonly path: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: Date;
}

const block = 512;

/**
 * The clear archive of a backup, as a stream: POSIX ustar, with a pax header (POSIX.1-2001) for what
 * ustar cannot hold, `manifest.json` first, then the members in the order of the manifest. Throws
 * BACKUP_SOURCE_CHANGING when a member is not, or no longer, what the manifest says of it.
 */
export async function* writeArchive(
  manifest: BackupManifest,
  sources: readonly MemberSource[],
): AsyncGenerator<Uint8Array> {
  const bytes = encodeManifest(manifest);
  const made = new Date(manifest.createdAt);
  yield header({ path: manifestName, mode: 0o600, uid: 0, gid: 0, size: bytes.length, mtime: made });
  yield bytes;
  yield padding(bytes.length);
  for (const { member, modifiedAt, content } of sources) {
    const mode = Number.parseInt(member.mode, 8);
    yield header({ path: member.path, mode, ...member.owner, size: member.size, mtime: modifiedAt });
    yield* exactly(member, content());
    yield padding(member.size);
  }
  yield Buffer.alloc(2 * block);
}

function header({ mtime, ...entry }: Entry): Uint8Array {
  // whole seconds: a fraction alone would need an extended header
  const fields = { ...entry, mtime: new Date(Math.floor(mtime.getTime() / 1000) * 1000) };
  const ustar = new Header({ ...fields, type: 'File' });
  const buffer = Buffer.alloc(block);
  return ustar.encode(buffer) ? Buffer.concat([new Pax(fields).encode(), buffer]) : buffer;
}

async function* exactly(member: BackupMember, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > member.size) throw changing(member.source);
    hash.update(chunk);
    yield chunk;
  }
  if (size !== member.size || hash.digest('hex') !== member.sha256) throw changing(member.source);
}

function padding(size: number): Uint8Array {
  return Buffer.alloc((block - (size % block)) % block);
}

/** BACKUP_SOURCE_CHANGING, for a file that another process writes to while it is read. */
export function changing(path: string): ValopsError {
  return new ValopsError('BACKUP_SOURCE_CHANGING', `"${path}" kept changing while it was read; nothing was written`, {
    hint: 'Stop what writes to it, or name something that stands still, and run the command again.',
  });
}
