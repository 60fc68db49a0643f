import * as zlib from 'node:zlib';
import type { Transform } from 'node:stream';
import type { ArchiveRequest } from '../archive.ts';
import type { Faults } from './faults.ts';
import { throughEngine } from './through-engine.ts';
import { unreadableAs } from './unreadable.ts';
import { zstdFrames } from './zstd-frames.ts';

/**
 * The content of a zstd file (RFC 8878), all of its frames: by Node's zlib from Node 22.15 on,
 * which also checks the content checksum; by fzstd on older ones, which does not (the digest of the
 * whole artifact stands for it). Throws SYNC_ARCHIVE_INVALID.
 */
export async function* unzstd(request: ArchiveRequest, faults: Faults): AsyncGenerator<Uint8Array, void, undefined> {
  const native = nativeEngine();
  try {
    if (native === undefined) yield* zstdFrames(request.open(), faults);
    else yield* throughEngine(request.open(), native);
  } catch (error) {
    throw unreadableAs('zstd', error, faults);
  }
}

function nativeEngine(): Transform | undefined {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  return createZstdDecompress?.();
}
