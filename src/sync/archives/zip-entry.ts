import { getFileNameLowLevel, type Entry, type LocalFileHeader } from 'yauzl';
import { decodeName } from './entry-name.ts';

/** What an entry is by its Unix mode (upper half of the external attributes) and its name. */
export function kindOfEntry(entry: Entry, name: string): 'file' | 'directory' | 'link' | 'other' {
  const type = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (type === 0o120000) return 'link';
  if (name.endsWith('/')) return type === 0 || type === 0o040000 ? 'directory' : 'other';
  return type === 0 || type === 0o100000 ? 'file' : 'other';
}

/**
 * The name as text. UTF-8 where it says so (APPNOTE.TXT 4.4.4, 4.6.9), and where it was made on Unix, whose
 * tools write the bytes of the file system (as Info-ZIP's unzip reads them); code page 437 otherwise.
 */
export function nameOfEntry(entry: Entry): string {
  const isUnix = entry.versionMadeBy >>> 8 === 3;
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  const hasName = (entry.generalPurposeBitFlag & 0x800) !== 0 || entry.extraFields.some(({ id }) => id === 0x7075);
  return isUnix && !hasName ? (decodeName(entry.fileNameRaw) ?? name) : name;
}

/** Why an entry cannot be read: encryption, unknown compression, sizes that make no sense; or undefined. */
export function unreadableEntry(entry: Entry): string | undefined {
  // Encrypted content, strong encryption, masked headers.
  if ((entry.generalPurposeBitFlag & 0x2041) !== 0) return 'which is encrypted';
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    return `packed by method ${entry.compressionMethod}, which valops does not read (stored and deflate are)`;
  }
  return undefined;
}

/** Sizes and checksum that a data descriptor behind the content holds in place of the local header. */
const descriptor = 0x08;

/**
 * What the header before the content says otherwise than the central directory: programs that read
 * zip as a stream believe the one, others the other. Undefined when they agree.
 */
export function contradiction(entry: Entry, local: LocalFileHeader): string | undefined {
  if (!local.fileName.equals(entry.fileNameRaw)) return 'another name';
  if (local.compressionMethod !== entry.compressionMethod) return 'another compression';
  if (((local.generalPurposeBitFlag ^ entry.generalPurposeBitFlag) & (0x2041 | descriptor)) !== 0) return 'other flags';
  const isLater = (local.generalPurposeBitFlag & descriptor) !== 0;
  const agrees = (here: number, there: number): boolean => here === there || (isLater && here === 0);
  const agreesLong = (here: number, there: number): boolean => here === 0xffffffff || agrees(here, there);
  if (!agrees(local.crc32, entry.crc32)) return 'another checksum';
  if (!agreesLong(local.compressedSize, entry.compressedSize)) return 'another packed size';
  if (!agreesLong(local.uncompressedSize, entry.uncompressedSize)) return 'another size';
  return undefined;
}
