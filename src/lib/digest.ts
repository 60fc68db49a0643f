import { createHash, type Hash } from 'node:crypto';

/** Of bytes: SHA-256 in lowercase hex, and how many there are. */
export interface Digest {
  readonly sha256: string;
  readonly size: number;
}

/** A door to files: a `Context` is one. */
interface FileStreams {
  readonly files: { stream(path: string): AsyncIterable<Uint8Array> };
}

/** Passes chunks through a hash, and counts them. */
export class Tap {
  readonly #hash: Hash = createHash('sha256');
  #size = 0;

  async *through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.add(chunk);
      yield chunk;
    }
  }

  /** How many bytes went through so far. */
  get size(): number {
    return this.#size;
  }

  add(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#size += chunk.length;
  }

  /** Of all that went through; once. */
  digest(): Digest {
    return { sha256: this.#hash.digest('hex'), size: this.#size };
  }
}

/** Digest of bytes in memory. */
export function digestBytes(bytes: Uint8Array): Digest {
  return { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
}

/** Digest of a stream, read to its end. Throws what `chunks` throws. */
export async function digestStream(chunks: AsyncIterable<Uint8Array>): Promise<Digest> {
  const tap = new Tap();
  for await (const chunk of chunks) tap.add(chunk);
  return tap.digest();
}

/** Digest of a file, read once. Throws FILE_NOT_FOUND, FILE_UNREADABLE. */
export async function digestFile({ files }: FileStreams, path: string): Promise<Digest> {
  return digestStream(files.stream(path));
}

/**
 * Each chunk as a copy that lasts. Readers take their buffers back for the next chunk while a staged
 * file still writes the one before.
 */
export async function* lasting(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}
