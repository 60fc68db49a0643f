import { trackBytes } from '../../core/progress.ts';
import { requireSpace } from '../../core/space.ts';
import { ValopsError } from '../../lib/errors.ts';
import type { Fetched, FetchRequest, SyncDoors } from '../source.ts';
import { checkDigest, checkSize } from './expected.ts';

/**
 * Copies a local file to its final path, hashed in the same pass. Throws SYNC_SOURCE_FAILED above the
 * limit or when it changes meanwhile, SYNC_CHECKSUM_MISMATCH, SYNC_NO_SPACE, FILE_UNREADABLE,
 * FILE_UNWRITABLE; nothing is left then.
 */
export async function copyIn(doors: SyncDoors, from: string, request: FetchRequest): Promise<Fetched> {
  const { files } = doors.context;
  const size = files.stat(from)?.size ?? 0;
  checkSize(from, size, request);
  requireSpace(doors.trees, request.path, size);
  const progress = trackBytes(doors.context, request.location.name, size);
  const part = await files.openPart(request.path);
  try {
    await part.start({ from });
    for await (const chunk of files.stream(from)) {
      if (part.size + chunk.length > size) break;
      await part.append(chunk);
      progress.at(part.size);
    }
    const after = files.stat(from)?.size ?? 0;
    if (part.size !== size || after !== size) {
      throw new ValopsError('SYNC_SOURCE_FAILED', `"${from}" changed while it was copied`, {
        hint: 'Wait until nothing writes to it any more, and try again.',
      });
    }
    const sha256 = part.sha256();
    checkDigest(from, sha256, request.sha256);
    await part.publish();
    return { path: request.path, size, sha256 };
  } finally {
    progress.end(part.size);
    await part.discard();
  }
}
