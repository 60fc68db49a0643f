import type { TakeMember } from '../archive.ts';
import type { ByteReader } from './byte-reader.ts';
import { decodeName } from './entry-name.ts';
import type { Faults } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { readPax, type PaxRecords } from './pax.ts';
import { blockSize, readTarHeader, type TarHeader } from './tar-header.ts';

/** Most bytes of an extended header or a GNU long name. */
const longestMeta = 64 * 1024;

/** What the size in a header can say in octal; only what is larger needs an extended header. */
const largestOctal = 0o77_777_777_777;

const devices: Readonly<Record<string, string>> = { '3': 'a character device', '4': 'a block device', '6': 'a fifo' };

/**
 * Walks a tar stream (v7, ustar, pax, GNU with long names) to its end: hands wanted files to `take`
 * and enters every name into `ledger`. The stream must end as tar ends: two blocks of zeros, then
 * nothing but zeros. What readers understand differently (sizes on links, headers that contradict
 * each other, sparse files) is refused, so that no other tool can see other files than we do.
 *
 * Throws SYNC_ARCHIVE_INVALID, what `ledger` throws and what `take` throws.
 */
export async function readTar(reader: ByteReader, ledger: Ledger, faults: Faults, take: TakeMember): Promise<void> {
  let first = true;
  for (;;) {
    const entry = await nextEntry(reader, faults, first);
    if (entry === undefined) break;
    first = false;
    const { type, name, link, size } = entry;
    if (type === '0' || type === '7') {
      // Before ustar, a directory was a file whose name ends with a slash.
      if (name.endsWith('/')) enterEmpty(size, name, faults, () => ledger.addDirectory(name));
      else await passFile(reader, ledger.addFile(name), size, take, faults);
    } else if (type === '5') enterEmpty(size, name, faults, () => ledger.addDirectory(name));
    else if (type === '1') enterEmpty(size, name, faults, () => ledger.addHardLink(name, link));
    else if (type === '2') enterEmpty(size, name, faults, () => ledger.addSymbolicLink(name, link));
    else if (devices[type] !== undefined) throw faults.unsafe(`holds "${name}", which is ${devices[type]}`);
    else if (type === 'S') throw faults.invalid(`holds "${name}", a sparse file, which valops does not read`);
    else throw faults.invalid(`holds "${name}" of the unknown type "${type}"`);
  }
  await checkEnd(reader, faults);
}

interface Entry {
  readonly type: string;
  readonly name: string;
  readonly link: string;
  readonly size: number;
}

/** The next header with what the headers before it say about it; undefined at the end mark. */
async function nextEntry(reader: ByteReader, faults: Faults, first: boolean): Promise<Entry | undefined> {
  let pax: PaxRecords | undefined;
  let longName: string | undefined;
  let longLink: string | undefined;
  for (let isFirst = first; ; isFirst = false) {
    const block = await reader.take(blockSize);
    if (block.length < blockSize) {
      throw faults.invalid(isFirst ? 'holds no tar archive' : 'is torn: it ends without the end mark of tar');
    }
    const pending = pax !== undefined || longName !== undefined || longLink !== undefined;
    if (isZero(block)) {
      if (pending) throw faults.invalid('ends after an extended header that belongs to no entry');
      return undefined;
    }
    const header = readTarHeader(block);
    if (typeof header === 'string') throw faults.invalid(isFirst ? 'holds no tar archive' : `has ${header}`);
    if (header.type === 'x' || header.type === 'g') {
      if (pending) throw faults.invalid('has two extended headers for one entry');
      const records = readPax(await readMeta(reader, header, faults));
      if (typeof records === 'string') throw faults.invalid(`has ${records}`);
      if (header.type === 'x') pax = records;
      else if (Object.keys(records).length > 0)
        throw faults.invalid('has a global header that renames or resizes entries');
    } else if (header.type === 'L' || header.type === 'K') {
      const text = gnuText(await readMeta(reader, header, faults));
      if (text === undefined) throw faults.invalid('has a long name that is malformed or not UTF-8');
      if (pax !== undefined || (header.type === 'L' ? longName : longLink) !== undefined) {
        throw faults.invalid('has two long names for one entry');
      }
      if (header.type === 'L') longName = text;
      else longLink = text;
    } else {
      const name = pax?.path ?? longName ?? decodeName(header.name);
      const link = pax?.linkpath ?? longLink ?? decodeName(header.link);
      if (name === undefined || link === undefined) throw faults.unsafe('holds an entry with a name that is not UTF-8');
      // who reads the other one finds other entries inside the content, or content inside the entries
      if (pax?.size !== undefined && pax.size !== header.size && pax.size <= largestOctal) {
        throw faults.unsafe(`gives "${name}" two sizes: ${header.size} in its header, ${pax.size} before it`);
      }
      return { type: header.type, name, link, size: pax?.size ?? header.size };
    }
  }
}

async function readMeta(reader: ByteReader, { size }: TarHeader, faults: Faults): Promise<Uint8Array> {
  if (size > longestMeta) throw faults.unsafe(`has an extended header of ${size} bytes, more than ${longestMeta}`);
  const body = await reader.take(size + padding(size));
  if (body.length < size + padding(size)) throw faults.invalid('is torn inside an extended header');
  return body.subarray(0, size);
}

function gnuText(body: Uint8Array): string | undefined {
  const end = body.indexOf(0);
  if (end === -1) return decodeName(body);
  return body.subarray(end).every((byte) => byte === 0) ? decodeName(body.subarray(0, end)) : undefined;
}

function enterEmpty(size: number, name: string, faults: Faults, enter: () => void): void {
  enter();
  if (size !== 0) throw faults.invalid(`gives "${name}" a size although it is no file`);
}

async function passFile(
  reader: ByteReader,
  wanted: string | undefined,
  size: number,
  take: TakeMember,
  faults: Faults,
): Promise<void> {
  const body = reader.pass(size);
  if (wanted !== undefined) await take(wanted, size, body);
  await reader.leave();
  const pad = padding(size);
  if ((await reader.take(pad)).length < pad) throw faults.invalid('is torn: it ends without the end mark of tar');
}

/** Bytes that fill the last block of a content of `size` bytes. */
function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

async function checkEnd(reader: ByteReader, faults: Faults): Promise<void> {
  const second = await reader.take(blockSize);
  if (second.length < blockSize) throw faults.invalid('is torn: it ends without the end mark of tar');
  let tail: Uint8Array = second;
  while (tail.length > 0) {
    if (!isZero(tail)) throw faults.invalid('has data behind its end mark');
    tail = await reader.some(Number.MAX_SAFE_INTEGER);
  }
}

function isZero(bytes: Uint8Array): boolean {
  return Buffer.compare(bytes, Buffer.alloc(bytes.length)) === 0;
}
