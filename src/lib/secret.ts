import { inspect } from 'node:util';

/**
 * Bytes that must not be printed by accident. A `Secret` turns into `[secret]` wherever it is
 * stringified, inspected or serialised; the bytes are reachable only through `use`.
 *
 * `wipe` overwrites the buffer this object holds. It cannot reach copies which the runtime, the
 * garbage collector or a library made before (SECURITY.md, "What is not protected").
 */
export class Secret {
  readonly #bytes: Uint8Array;
  #wiped = false;

  /** Takes ownership of `bytes`: the caller must not keep using them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Takes the UTF-8 encoding of `text`. The string itself cannot be wiped. */
  static fromText(text: string): Secret {
    return new Secret(new TextEncoder().encode(text));
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** Lends the bytes to `work`, which must not keep them. Throws a plain Error after `wipe`. */
  use<T>(work: (bytes: Uint8Array) => T): T {
    if (this.#wiped) throw new Error('secret used after it was wiped');
    return work(this.#bytes);
  }

  /** Lends the bytes decoded as UTF-8. */
  useText<T>(work: (text: string) => T): T {
    return this.use((bytes) => work(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  }

  /** Overwrites the bytes with zeros. Safe to call twice. */
  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
