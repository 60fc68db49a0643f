import { createGunzip } from 'node:zlib';
import type { ArchiveRequest } from '../archive.ts';
import type { Faults } from './faults.ts';
import { throughEngine } from './through-engine.ts';
import { unreadableAs } from './unreadable.ts';

/**
 * The content of a gzip file (RFC 1952), all of its members; zlib checks each one's CRC and length.
 * Throws SYNC_ARCHIVE_INVALID when it is torn or damaged, or anything but zeros follows.
 */
export async function* gunzip(request: ArchiveRequest, faults: Faults): AsyncGenerator<Uint8Array, void, undefined> {
  const engine = createGunzip({ chunkSize: 256 * 1024 });
  try {
    yield* throughEngine(request.open(), engine);
  } catch (error) {
    throw unreadableAs('gzip', error, faults);
  }
  await checkZeros(request, engine.bytesWritten, faults);
}

/** zlib takes a zero after a member for padding and looks at nothing behind it. */
async function checkZeros(request: ArchiveRequest, from: number, faults: Faults): Promise<void> {
  const file = request.random();
  try {
    for (let at = from; at < file.size;) {
      const piece = await file.read(at, 1024 * 1024);
      if (piece.length === 0) return;
      if (piece.some((byte) => byte !== 0)) throw faults.invalid('has data behind the end of its gzip stream');
      at += piece.length;
    }
  } finally {
    await file.close();
  }
}
