import { open, type FileHandle } from 'node:fs/promises';
import { ValopsError } from '../lib/errors.ts';
import { readError } from './read-whole.ts';

const chunkSize = 1024 * 1024;

/**
 * The file as chunks of at most 1 MiB, read one chunk ahead of the consumer so that its work and
 * the disk overlap. Two buffers take turns: a chunk holds until the next one is asked for. Pipes
 * and devices are streamed as they come. Throws FILE_NOT_FOUND or FILE_UNREADABLE.
 */
export async function* readStream(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openForReading(path);
  let [buffer, other] = [Buffer.allocUnsafeSlow(chunkSize), Buffer.allocUnsafeSlow(chunkSize)];
  let ahead: Promise<Uint8Array> | undefined;
  try {
    ahead = readChunk(file, path, buffer);
    for (;;) {
      const chunk = await ahead;
      ahead = undefined;
      if (chunk.length === 0) return;
      [buffer, other] = [other, buffer];
      ahead = readChunk(file, path, buffer);
      // Marked as handled: when the consumer stops early, nobody awaits it any more.
      ahead.catch(() => undefined);
      yield chunk;
    }
  } finally {
    // A handle must not be closed under a read that is in flight.
    await ahead?.catch(() => undefined);
    buffer.fill(0);
    other.fill(0);
    await file.close();
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw readError(path, error);
  }
  if ((await file.stat()).isDirectory()) {
    await file.close();
    throw new ValopsError('FILE_UNREADABLE', `cannot read "${path}": it is a directory`, {
      hint: 'Give the path of a file.',
    });
  }
  return file;
}

async function readChunk(file: FileHandle, path: string, buffer: Buffer): Promise<Uint8Array> {
  try {
    const { bytesRead } = await file.read(buffer, 0, chunkSize, null);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw readError(path, error);
  }
}
