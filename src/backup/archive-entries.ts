import { Header } from 'tar/header';
import { Pax } from 'tar/pax';
import { archiveBytes, type ArchiveBytes } from './archive-bytes.ts';
import { damaged } from './damaged.ts';

/** A file of an archive. Its content is read before the next file is asked for, or skipped. */
export interface ArchiveEntry {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Each chunk holds until the next one is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

const block = 512;
/** Bytes of an extended header: a path and a few numbers. */
const extendedLimit = 64 * 1024;

/**
 * The files of a ustar or pax archive in their order, in constant memory. Reads the source to its
 * very end, so that the last chunk of a sealed archive is authenticated too. Throws BACKUP_DAMAGED
 * for anything but regular files, for bad checksums, and for a missing or a false end.
 */
export async function* archiveEntries(source: AsyncIterable<Uint8Array>): AsyncGenerator<ArchiveEntry> {
  const bytes = archiveBytes(source);
  let extended: Pax | undefined;
  try {
    for (;;) {
      const raw = await bytes.take(block);
      if (raw === null) throw damaged('the archive has no end: it is cut off');
      if (isZero(raw)) return await checkEnd(bytes);
      const header = decode(raw);
      // the header that follows an extended one holds the same path, cut short
      const { path = '', size = -1 } = { ...pick(header), ...pick(extended) };
      extended = undefined;
      if (!Number.isSafeInteger(size) || size < 0) throw damaged(`"${path}" has no valid size in the archive`);
      if (header.type === 'ExtendedHeader') {
        extended = await readExtended(bytes, size);
        continue;
      }
      if (header.type !== 'File' || (header.linkpath ?? '') !== '') throw damaged(`"${path}" is not a regular file`);
      const pieces = bytes.pass(size);
      // without `return`: a reader that stops early leaves the rest to be skipped here
      yield { path, size, content: { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) } };
      for await (const piece of pieces) void piece;
      await bytes.take(padded(size) - size);
    }
  } finally {
    await bytes.close();
  }
}

async function readExtended(bytes: ArchiveBytes, size: number): Promise<Pax> {
  if (size > extendedLimit) throw damaged('an extended header of the archive is too large');
  const body = await bytes.take(padded(size));
  return Pax.parse(Buffer.from(body ?? []).toString('utf8', 0, size));
}

function pick(header: Header | Pax | undefined): { path?: string; size?: number } {
  const { path, size } = header ?? {};
  return { ...(path === undefined ? {} : { path }), ...(size === undefined ? {} : { size }) };
}

function decode(raw: Uint8Array): Header {
  let header: Header;
  try {
    header = new Header(Buffer.from(raw), 0);
  } catch (cause) {
    throw damaged('a header of the archive is malformed', cause);
  }
  if (!header.cksumValid) throw damaged('a header of the archive has a wrong checksum');
  return header;
}

/** One zero block was read: a second one, and zeros alone, must follow. */
async function checkEnd(bytes: ArchiveBytes): Promise<void> {
  const second = await bytes.take(block);
  if (second === null || !isZero(second)) throw damaged('the archive has a false end');
  for await (const piece of bytes.rest()) {
    if (!isZero(piece)) throw damaged('something follows the end of the archive');
  }
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
