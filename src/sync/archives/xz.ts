import { ReadableStream } from 'node:stream/web';
import xzDecompress from 'xz-decompress';
import type { ArchiveRequest } from '../archive.ts';
import type { Faults } from './faults.ts';
import { unreadableAs } from './unreadable.ts';

/** What the decoder (XZ Embedded) answers, by its `enum xz_ret`. */
const answers: Readonly<Record<string, string>> = {
  '3': 'no memory',
  '4': 'its dictionary is larger than 64 MiB',
  '5': 'no xz stream',
  '6': 'it uses a filter or a check other than LZMA2, CRC32 and CRC64',
  '7': 'damaged data',
  '8': 'it ends early or data follows its end',
};

/**
 * The content of an xz file, all of its blocks and streams; CRC32 and CRC64 are checked by the
 * decoder, as is the index. Files with SHA-256 checks, BCJ filters or dictionaries above 64 MiB are
 * refused by the decoder, never read unchecked. Throws SYNC_ARCHIVE_INVALID.
 */
export async function* unxz(request: ArchiveRequest, faults: Faults): AsyncGenerator<Uint8Array, void, undefined> {
  const source = request.open()[Symbol.asyncIterator]();
  const compressed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await source.next();
        if (next.done === true) controller.close();
        // The decoder copies a chunk bit by bit before it asks for the next one.
        else controller.enqueue(next.value);
      },
      async cancel() {
        await source.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  try {
    // Leaving this loop cancels the stream, which frees the decoder: there is one for the process.
    for await (const chunk of new xzDecompress.XzReadableStream(compressed)) yield chunk;
  } catch (error) {
    const answer = /error code (\d+)/u.exec(error instanceof Error ? error.message : '')?.[1];
    const reason = answer === undefined ? undefined : answers[answer];
    throw unreadableAs('xz', reason === undefined ? error : new Error(reason, { cause: error }), faults);
  } finally {
    await source.return?.();
  }
}
