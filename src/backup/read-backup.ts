import { Tap } from '../lib/digest.ts';
import { archiveEntries, type ArchiveEntry } from './archive-entries.ts';
import { damaged } from './damaged.ts';
import { manifestLimit, manifestName, parseManifest } from './manifest-file.ts';
import type { BackupManifest, BackupMember } from './manifest.ts';

/** What is told while a backup is read. */
export interface BackupReader {
  /** Once, before any member. */
  readonly manifest?: (manifest: BackupManifest) => void | Promise<void>;
  /**
   * For each member in order. What it does not read is read after it. The content is proven only
   * when `readBackup` goes on to the next member, or returns: a member that differs from the
   * manifest throws after this was called.
   */
  readonly member?: (member: BackupMember, content: AsyncIterable<Uint8Array>) => void | Promise<void>;
}

/**
 * Reads the clear archive of a backup (what `open` of the age library yields) to its end, in constant
 * memory, and compares every member with the manifest: name, order, size, sha256, nothing missing
 * and nothing more. Throws BACKUP_DAMAGED naming the member, what `source` throws and what the
 * reader throws.
 */
export async function readBackup(
  source: AsyncIterable<Uint8Array>,
  reader: BackupReader = {},
): Promise<BackupManifest> {
  let manifest: BackupManifest | undefined;
  let next = 0;
  for await (const entry of archiveEntries(source)) {
    if (manifest === undefined) {
      manifest = await readManifest(entry);
      await reader.manifest?.(manifest);
      continue;
    }
    const member = manifest.members[next++];
    if (member?.path !== entry.path) {
      throw damaged(
        `the archive holds "${entry.path}" where its manifest has ${member === undefined ? 'nothing' : `"${member.path}"`}`,
      );
    }
    await readMember(member, entry, reader);
  }
  const missing = manifest?.members[next];
  if (manifest === undefined) throw damaged('the archive is empty');
  if (missing !== undefined) throw damaged(`"${missing.path}" is missing from the archive`);
  return manifest;
}

async function readManifest(entry: ArchiveEntry): Promise<BackupManifest> {
  if (entry.path !== manifestName) throw damaged(`the archive begins with "${entry.path}", expected "${manifestName}"`);
  if (entry.size > manifestLimit) throw damaged(`"${manifestName}" is larger than ${manifestLimit} bytes`);
  const pieces: Uint8Array[] = [];
  for await (const piece of entry.content) pieces.push(Uint8Array.from(piece));
  return parseManifest(Buffer.concat(pieces));
}

async function readMember(member: BackupMember, entry: ArchiveEntry, reader: BackupReader): Promise<void> {
  if (entry.size !== member.size) {
    throw damaged(`"${member.path}" has ${entry.size} bytes, its manifest says ${member.size}`);
  }
  const tap = new Tap();
  const hashed = tap.through(entry.content);
  // `for await` of a reader that stops early would end the content: it goes on below
  const lent: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => hashed.next() }) };
  await reader.member?.(member, lent);
  for await (const chunk of hashed) void chunk;
  const found = tap.digest().sha256;
  if (found !== member.sha256) {
    throw damaged(`"${member.path}" has sha256 ${found}, its manifest says ${member.sha256}`);
  }
}
