import type { RandomAccess } from '../../core/files.ts';
import type { Faults } from './faults.ts';

/** Where an entry lies in the file: from its local header to the end of its content. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly crc32: number;
  /** Whether a data descriptor may follow the content (4.3.9). */
  readonly described: boolean;
}

/** The central directory as it was read, in bytes from the start of the file, and the comment behind it. */
export interface Directory {
  readonly from: number;
  readonly to: number;
  readonly entries: number;
  readonly comment: number;
}

/** Bytes of the end record, of the zip64 end record without extension, and of its locator. */
const [endLength, end64Length, locatorLength] = [22, 56, 20];
/** What an end record holds where the zip64 one counts. */
const [elsewhere16, elsewhere32] = [0xffff, 0xffffffff];
/** Data descriptors: with and without signature, sizes of 32 and 64 bits. */
const descriptorLengths: readonly number[] = [12, 16, 20, 24];

/**
 * Every byte of a zip file must belong to one entry or to the one directory (APPNOTE.TXT 4.3.6): entries that
 * share bytes can unpack to any size, and bytes that belong to nothing are entries, or a whole other directory,
 * to programs that search from the start, or that add up sizes. Throws SYNC_ARCHIVE_UNSAFE.
 */
export async function checkZipLayout(
  file: RandomAccess,
  spans: readonly Span[],
  directory: Directory,
  faults: Faults,
): Promise<void> {
  await checkEnd(file, directory, faults);
  let [end, before]: [number, Span | undefined] = [0, undefined];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    if (span.from < end) throw faults.unsafe(`holds "${span.name}" in the same bytes as "${before?.name ?? ''}"`);
    if (span.to > directory.from) throw faults.unsafe(`holds "${span.name}" in the same bytes as its directory`);
    await checkGap(file, before, [end, span.from], faults);
    [end, before] = [span.to, span];
  }
  await checkGap(file, before, [end, directory.from], faults);
}

async function checkGap(
  file: RandomAccess,
  before: Span | undefined,
  [from, to]: readonly [number, number],
  faults: Faults,
): Promise<void> {
  if (from === to) return;
  const where = before === undefined ? 'at its start' : `behind "${before.name}"`;
  const hidden = faults.unsafe(`holds ${to - from} bytes ${where} that belong to no entry`);
  if (before?.described !== true || !descriptorLengths.includes(to - from)) throw hidden;
  const descriptor = Buffer.from(await file.read(from, to - from));
  const isSigned = descriptor.length % 12 === 4 || descriptor.length === 24;
  if (isSigned && descriptor.toString('latin1', 0, 4) !== 'PK\u0007\u0008') throw hidden;
  if (descriptor.readUInt32LE(isSigned ? 4 : 0) !== before.crc32) throw hidden;
}

/** Behind the directory comes nothing but its end, and that says where it is and how large (4.3.14 to 4.3.16). */
async function checkEnd(file: RandomAccess, directory: Directory, faults: Faults): Promise<void> {
  const at = file.size - endLength - directory.comment;
  const end = Buffer.from(await file.read(at, endLength));
  const is64 = at - directory.to === end64Length + locatorLength;
  if (at !== directory.to && !is64) {
    const next = Buffer.from(await file.read(directory.to, 4)).toString('latin1');
    throw next === 'PK\u0001\u0002'
      ? faults.unsafe('holds more entries in its directory than it counts')
      : faults.unsafe('holds something between its directory and its end');
  }
  const says = [end.readUInt16LE(8), end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
  const size = directory.to - directory.from;
  const is = [directory.entries, directory.entries, size, directory.from];
  const limits = [elsewhere16, elsewhere16, elsewhere32, elsewhere32];
  if (!says.every((value, field) => value === is[field] || (is64 && value === limits[field]))) {
    throw faults.unsafe('has an end that tells of another directory than the one before it');
  }
  if (is64) await checkEnd64(file, directory, is, faults);
}

async function checkEnd64(file: RandomAccess, { to }: Directory, is: readonly number[], faults: Faults): Promise<void> {
  const [record, locator] = [
    Buffer.from(await file.read(to, end64Length)),
    Buffer.from(await file.read(to + end64Length, locatorLength)),
  ];
  const says = [24, 32, 40, 48].map((at) => Number(record.readBigUInt64LE(at)));
  const isWhole =
    record.toString('latin1', 0, 4) === 'PK\u0006\u0006' &&
    Number(record.readBigUInt64LE(4)) === end64Length - 12 &&
    locator.toString('latin1', 0, 4) === 'PK\u0006\u0007' &&
    Number(locator.readBigUInt64LE(8)) === to;
  if (!isWhole || says.some((value, field) => value !== is[field])) {
    throw faults.unsafe('has a zip64 end that tells of another directory than the one before it');
  }
}
