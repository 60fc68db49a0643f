import { crc32, createInflateRaw } from 'node:zlib';
import type { RandomAccess } from '../../core/files.ts';
import type { Faults } from './faults.ts';
import { throughEngine } from './through-engine.ts';
import { unreadableAs } from './unreadable.ts';

const portion = 256 * 1024;

/** Where the content of a zip entry lies, and what the central directory says about it. */
export interface ZipContent {
  /** Offset of the first byte in the file. */
  readonly start: number;
  readonly compressedSize: number;
  readonly size: number;
  readonly crc32: number;
  /** 0 stored, 8 deflated. */
  readonly method: number;
}

/**
 * The unpacked bytes of a zip entry. Throws SYNC_ARCHIVE_INVALID when they are more, fewer or others
 * than the central directory says, or when deflate leaves input over.
 */
export async function* readZipContent(
  file: RandomAccess,
  content: ZipContent,
  name: string,
  faults: Faults,
): AsyncGenerator<Uint8Array, void, undefined> {
  const raw = readRange(file, content.start, content.compressedSize);
  const engine = createInflateRaw({ chunkSize: portion });
  const unpacked = content.method === 0 ? raw : throughEngine(raw, engine);
  let [bytes, sum] = [0, 0];
  try {
    for await (const chunk of unpacked) {
      bytes += chunk.length;
      if (bytes > content.size)
        throw faults.invalid(`holds "${name}" with more than the ${content.size} bytes it says`);
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw unreadableAs('deflate', error, faults);
  } finally {
    engine.close();
  }
  const used = content.method === 0 ? bytes : engine.bytesWritten;
  if (bytes !== content.size || sum !== content.crc32 || used !== content.compressedSize) {
    throw faults.invalid(`is damaged: "${name}" does not have the size and checksum (CRC-32) that it says`);
  }
}

async function* readRange(
  file: RandomAccess,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < length; at += portion) {
    const piece = await file.read(start + at, Math.min(portion, length - at));
    if (piece.length === 0) return;
    yield piece;
  }
}
