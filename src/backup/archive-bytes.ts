import { damaged } from './damaged.ts';

/** A stream of bytes that is taken in pieces of wanted sizes. */
export interface ArchiveBytes {
  /** Exactly `size` bytes, as a copy; null when the stream is at its end. Throws BACKUP_DAMAGED in between. */
  take(size: number): Promise<Uint8Array | null>;
  /** The next `size` bytes as they come; each chunk holds until the next one is asked for. Throws BACKUP_DAMAGED. */
  pass(size: number): AsyncGenerator<Uint8Array>;
  /** All that is left. */
  rest(): AsyncGenerator<Uint8Array>;
  /** Releases the source. */
  close(): Promise<void>;
}

/** Takes a stream apart. */
export function archiveBytes(source: AsyncIterable<Uint8Array>): ArchiveBytes {
  const iterator = source[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array(0);

  async function fill(): Promise<boolean> {
    while (chunk.length === 0) {
      const next = await iterator.next();
      if (next.done === true) return false;
      chunk = next.value;
    }
    return true;
  }

  async function* pass(size: number): AsyncGenerator<Uint8Array> {
    for (let left = size; left > 0;) {
      if (!(await fill())) throw damaged('the archive is cut off');
      const piece = chunk.subarray(0, left);
      chunk = chunk.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  return {
    async take(size) {
      if (size > 0 && !(await fill())) return null;
      const bytes = new Uint8Array(size);
      let at = 0;
      for await (const piece of pass(size)) {
        bytes.set(piece, at);
        at += piece.length;
      }
      return bytes;
    },
    pass,
    async *rest() {
      while (await fill()) {
        const piece = chunk;
        chunk = new Uint8Array(0);
        yield piece;
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
}
