import type { Entry, ZipFile } from 'yauzl';
import type { RandomAccess } from '../../core/files.ts';
import type { ArchiveRequest, TakeMember } from '../archive.ts';
import { decodeName } from './entry-name.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { checkUnpacked } from './metered.ts';
import { unreadableAs } from './unreadable.ts';
import { readZipContent, type ZipContent } from './zip-content.ts';
import { contradiction, kindOfEntry, nameOfEntry, unreadableEntry } from './zip-entry.ts';
import { openZip } from './zip-file.ts';
import { checkZipLayout, type Span } from './zip-layout.ts';

/** Bytes of the longest target of a symbolic link. */
const longestTarget = 4096;

interface Member extends ZipContent {
  readonly path: string;
}

/**
 * Reads a zip file (APPNOTE.TXT; zip64 and data descriptors included) by its central directory, which
 * is judged whole before anything is handed over: each entry must agree with its local header, no two
 * may share bytes, and no byte may belong to nothing. Returns the unpacked bytes of all entries.
 *
 * Throws SYNC_ARCHIVE_INVALID, SYNC_ARCHIVE_UNSAFE, what `ledger` throws and what `take` throws.
 */
export async function readZip(
  request: ArchiveRequest,
  ledger: Ledger,
  faults: Faults,
  take: TakeMember,
): Promise<number> {
  const file = request.random();
  try {
    const listing = await list(file, request, ledger, faults);
    for (const member of listing.wanted) {
      const body = readZipContent(file, member, member.path, faults);
      await take(member.path, member.size, body);
      // The checksum is known at the end only.
      for await (const piece of body) void piece;
    }
    return listing.bytes;
  } finally {
    await file.close();
  }
}

interface Listing {
  readonly wanted: Member[];
  readonly spans: Span[];
  bytes: number;
}

async function list(file: RandomAccess, request: ArchiveRequest, ledger: Ledger, faults: Faults): Promise<Listing> {
  const listing: Listing = { wanted: [], spans: [], bytes: 0 };
  try {
    const zip = await openZip(file);
    if (zip.entryCount > request.limits.entries) {
      throw faults.unsafe(`holds ${zip.entryCount} entries, more than the ${request.limits.entries} allowed`);
    }
    const from = Number(zip.readEntryCursor);
    for await (const entry of zip.eachEntry()) {
      const name = nameOfEntry(entry);
      const content = await locate(zip, entry, name, faults);
      listing.bytes += content.size;
      checkUnpacked(listing.bytes, request.size, request.limits, faults);
      listing.spans.push({
        from: entry.relativeOffsetOfLocalHeader,
        to: content.start + content.compressedSize,
        name,
        crc32: entry.crc32,
        described: (entry.generalPurposeBitFlag & 0x08) !== 0,
      });
      const path = await enter(file, entry, name, content, ledger, faults);
      if (path !== undefined) listing.wanted.push({ ...content, path });
    }
    const [to, comment] = [Number(zip.readEntryCursor), Buffer.from(zip.comment).length];
    await checkZipLayout(file, listing.spans, { from, to, entries: zip.entryCount, comment }, faults);
  } catch (error) {
    throw unreadableAs('zip', error, faults);
  }
  return listing;
}

async function locate(zip: ZipFile, entry: Entry, name: string, faults: Faults): Promise<ZipContent> {
  const unreadable = unreadableEntry(entry);
  if (unreadable !== undefined) throw faults.invalid(`holds "${name}", ${unreadable}`);
  const local = await zip.readLocalFileHeaderPromise(entry);
  const other = contradiction(entry, local);
  if (other !== undefined) throw faults.unsafe(`holds "${name}" with ${other} in its local header`);
  return {
    start: local.fileDataStart,
    compressedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    crc32: entry.crc32,
    method: entry.compressionMethod,
  };
}

/** Enters one entry into the ledger; returns its path when it is wanted. */
async function enter(
  file: RandomAccess,
  entry: Entry,
  name: string,
  content: ZipContent,
  ledger: Ledger,
  faults: Faults,
): Promise<string | undefined> {
  const kind = kindOfEntry(entry, name);
  if (kind === 'file') return ledger.addFile(name);
  if (kind === 'other') throw faults.unsafe(`holds "${name}", which is no file, directory or link`);
  if (kind === 'directory') {
    if (content.size > 0) throw faults.invalid(`gives "${name}" a size although it is a directory`);
    ledger.addDirectory(name);
    return undefined;
  }
  if (content.size > longestTarget)
    throw faults.unsafe(`holds the link "${name}" with ${content.size} bytes of target`);
  const target: Uint8Array[] = [];
  for await (const piece of readZipContent(file, content, name, faults)) target.push(Buffer.from(piece));
  const text = decodeName(Buffer.concat(target));
  if (text === undefined) throw faults.unsafe(`holds the link "${name}" with a target that is not UTF-8`);
  ledger.addSymbolicLink(name, text);
  return undefined;
}
