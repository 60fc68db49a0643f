/**
 * Cuts a stream of any pieces into chunks of one size. A full chunk is held back until a further
 * byte proves that it is not the last one.
 */
export class Rechunker {
  readonly #size: number;
  #held: Buffer = Buffer.alloc(0);
  #heldSize = 0;

  /** `size`: bytes of every chunk but the last. */
  constructor(size: number) {
    this.#size = size;
  }

  /** The chunks that are complete and not the last, each valid until the next step. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let at = Math.min(this.#size - this.#heldSize, bytes.length);
    this.#hold(bytes.subarray(0, at));
    while (at < bytes.length) {
      if (this.#heldSize === this.#size) {
        this.#heldSize = 0;
        yield this.#held;
      } else {
        at += this.#size;
        yield bytes.subarray(at - this.#size, at);
      }
      if (bytes.length - at <= this.#size) {
        this.#heldSize = 0;
        this.#hold(bytes.subarray(at));
        at = bytes.length;
      }
    }
  }

  /** Room for the first piece is enough for most files; whatever has more gets room for a chunk. */
  #hold(bytes: Uint8Array): void {
    const size = this.#heldSize + bytes.length;
    if (size > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(this.#held.length === 0 ? size : this.#size);
      larger.set(this.#held.subarray(0, this.#heldSize));
      this.wipe();
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldSize);
    this.#heldSize = size;
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
