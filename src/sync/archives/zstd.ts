import { Decompress } from 'fzstd';
import type { ArchiveRequest } from '../archive.ts';
import { ByteReader } from './byte-reader.ts';
import type { Faults } from './faults.ts';
import { unreadableAs } from './unreadable.ts';

/** Largest window, as in the zstd program without `--long`: memory must hold one. */
const largestWindow = 128 * 1024 * 1024;
/** Largest block, RFC 8878, 3.1.1.2.3. */
const largestBlock = 128 * 1024;

/**
 * The content of a zstd file (RFC 8878), all of its frames, by fzstd: Node 20 has no zstd, and that of
 * Node 22 stops without a word after the first frame, or where a torn file ends. fzstd is fed block by
 * block: a chunk of small blocks could unpack to thousands of times its size before the consumer had a
 * word in it. The content checksum is not checked (the digest of the whole artifact stands for it).
 *
 * Throws SYNC_ARCHIVE_INVALID: torn, damaged, made with a dictionary, a window above 128 MiB (which
 * memory must hold), anything but frames behind the end.
 */
export async function* unzstd(request: ArchiveRequest, faults: Faults): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(request.open(), faults);
  const scratch = Buffer.alloc(3 + largestBlock + 4);
  try {
    for (;;) {
      const magic = Buffer.from(await reader.take(4));
      if (magic.length === 0) return;
      const number = magic.length === 4 ? magic.readUInt32LE() : 0;
      if (number === 0xfd2fb528) yield* readFrame(reader, magic, scratch, faults);
      else if (number >>> 4 === 0x184d2a5) await skipFrame(reader, faults);
      else throw faults.invalid('has data behind the end of its zstd stream');
    }
  } catch (error) {
    throw unreadableAs('zstd', error, faults);
  } finally {
    await reader.close();
  }
}

async function* readFrame(
  reader: ByteReader,
  magic: Buffer,
  scratch: Buffer,
  faults: Faults,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { header, hasChecksum } = await readHeader(reader, faults);
  const unpacked: Uint8Array[] = [];
  const engine = new Decompress((chunk) => unpacked.push(chunk));
  let before = Buffer.concat([magic, header]);
  for (let isLast = false; !isLast;) {
    const word = (await exactly(reader, Buffer.alloc(3), faults)).readUIntLE(0, 3);
    isLast = (word & 1) === 1;
    const [type, size] = [(word >>> 1) & 3, word >>> 3];
    if (type === 3 || size > largestBlock) throw faults.invalid('is damaged: its zstd stream has an impossible block');
    const length = 3 + (type === 1 ? 1 : size) + (isLast && hasChecksum ? 4 : 0);
    // fzstd keeps every chunk until its frame ends: large ones take turns in one buffer, of which it
    // keeps empty views only; small ones it may join with the next, so they are their own.
    const block = length < 64 ? Buffer.alloc(length) : scratch.subarray(0, length);
    block.writeUIntLE(word, 0, 3);
    await exactly(reader, block.subarray(3), faults);
    engine.push(before.length === 0 ? block : Buffer.concat([before, block]), isLast);
    before = Buffer.alloc(0);
    yield* unpacked.splice(0);
  }
}

/** RFC 8878, 3.1.1.1. */
async function readHeader(reader: ByteReader, faults: Faults): Promise<{ header: Buffer; hasChecksum: boolean }> {
  const descriptor = (await exactly(reader, Buffer.alloc(1), faults))[0] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >>> 6;
  const sizeLength = sizeFlag === 0 ? Number(isSingle) : 2 ** sizeFlag;
  if ((descriptor & 0x0b) !== 0) throw faults.invalid('is packed with a zstd dictionary or an unknown zstd feature');
  const rest = await exactly(reader, Buffer.alloc(Number(!isSingle) + sizeLength), faults);
  if (windowOf(rest, isSingle, sizeLength) > largestWindow) {
    throw faults.invalid(`needs a zstd window of more than ${largestWindow / 1024 / 1024} MiB`);
  }
  return { header: Buffer.concat([Buffer.of(descriptor), rest]), hasChecksum: (descriptor & 0x04) !== 0 };
}

function windowOf(rest: Buffer, isSingle: boolean, sizeLength: number): number {
  if (!isSingle) {
    const [exponent, mantissa] = [(rest[0] ?? 0) >>> 3, (rest[0] ?? 0) & 7];
    return 2 ** (10 + exponent) * (1 + mantissa / 8);
  }
  const size = Number(BigInt(`0x${Buffer.from(rest).reverse().toString('hex')}`));
  return size + (sizeLength === 2 ? 256 : 0);
}

async function skipFrame(reader: ByteReader, faults: Faults): Promise<void> {
  const size = (await exactly(reader, Buffer.alloc(4), faults)).readUInt32LE();
  reader.pass(size);
  await reader.leave();
}

async function exactly(reader: ByteReader, target: Buffer, faults: Faults): Promise<Buffer> {
  if ((await reader.copyTo(target)) < target.length) throw faults.invalid('is torn: its zstd stream ends early');
  return target;
}
