import type { Faults } from './faults.ts';

/** Reads a stream of chunks in portions of known length. One reader at a time, in order. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #faults: Faults;
  /** What is left of the last chunk. */
  #rest: Uint8Array = new Uint8Array();
  /** Bytes of the last `pass` that nobody read yet. */
  #left = 0;

  constructor(source: AsyncIterable<Uint8Array>, faults: Faults) {
    this.#chunks = source[Symbol.asyncIterator]();
    this.#faults = faults;
  }

  /** A copy of the next `length` bytes; fewer only at the end. */
  async take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length);
    return taken.subarray(0, await this.copyTo(taken));
  }

  /** Copies the next bytes to `target` and says how many there were; fewer than its length only at the end. */
  async copyTo(target: Uint8Array): Promise<number> {
    let at = 0;
    while (at < target.length) {
      const piece = await this.some(target.length - at);
      if (piece.length === 0) break;
      target.set(piece, at);
      at += piece.length;
    }
    return at;
  }

  /** The next bytes, at most `limit`, as they lie; none at the end. They hold until the next call. */
  async some(limit: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return new Uint8Array();
      this.#rest = next.value;
    }
    const piece = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** The next `length` bytes as chunks. Throws SYNC_ARCHIVE_INVALID when the stream ends before. */
  pass(length: number): AsyncIterable<Uint8Array> {
    this.#left = length;
    return { [Symbol.asyncIterator]: () => this.#passing() };
  }

  /** Passes over what nobody read of the last `pass`. */
  async leave(): Promise<void> {
    for await (const piece of this.#passing()) void piece;
  }

  async *#passing(): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#left > 0) {
      const piece = await this.some(this.#left);
      if (piece.length === 0)
        throw this.#faults.invalid(`is torn: it ends ${this.#left} bytes before the end of a member`);
      this.#left -= piece.length;
      yield piece;
    }
  }

  /** Leaves the stream; it may close what it holds. */
  async close(): Promise<void> {
    this.#rest = new Uint8Array();
    await this.#chunks.return?.();
  }
}
