/**
 * Cuts a stream of any pieces into chunks of one size. A full chunk is held back until a further
 * byte proves that it is not the last one.
 */
export class Rechunker {
  readonly #size: number;
  readonly #held: Buffer;
  #heldSize = 0;

  /** `size`: bytes of every chunk but the last. */
  constructor(size: number) {
    this.#size = size;
    this.#held = Buffer.allocUnsafeSlow(size);
  }

  /** The chunks that are complete and not the last, each valid until the next step. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let at = Math.min(this.#size - this.#heldSize, bytes.length);
    this.#held.set(bytes.subarray(0, at), this.#heldSize);
    this.#heldSize += at;
    while (at < bytes.length) {
      if (this.#heldSize === this.#size) {
        this.#heldSize = 0;
        yield this.#held;
      } else {
        at += this.#size;
        yield bytes.subarray(at - this.#size, at);
      }
      if (bytes.length - at <= this.#size) {
        this.#heldSize = bytes.length - at;
        this.#held.set(bytes.subarray(at));
        at = bytes.length;
      }
    }
  }

  /** The last chunk: what is left, at most `size` bytes. */
  get last(): Uint8Array {
    return this.#held.subarray(0, this.#heldSize);
  }

  /** Overwrites what was held. */
  wipe(): void {
    this.#held.fill(0);
  }
}
