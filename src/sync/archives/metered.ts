import type { ArchiveLimits } from '../archive.ts';
import type { Faults } from './faults.ts';

/** Bytes up to which no ratio counts: a small release may be one page of zeros. */
const harmless = 1024 * 1024;

/** Throws SYNC_ARCHIVE_UNSAFE when `bytes` out of an archive of `size` bytes are more than its limits allow. */
export function checkUnpacked(bytes: number, size: number, limits: ArchiveLimits, faults: Faults): void {
  if (bytes > limits.bytes) throw faults.unsafe(`unpacks to more than the ${limits.bytes} bytes allowed`);
  if (bytes > Math.max(harmless, size * limits.ratio)) {
    throw faults.unsafe(`unpacks to more than ${limits.ratio} times its ${size} bytes, the most allowed`);
  }
}

/** A decompressed stream that counts its bytes and ends with SYNC_ARCHIVE_UNSAFE at the limits. */
export class Metered {
  /** Bytes that came out so far. */
  bytes = 0;
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #check: (bytes: number) => void;

  constructor(source: AsyncIterable<Uint8Array>, size: number, limits: ArchiveLimits, faults: Faults) {
    this.#source = source;
    this.#check = (bytes) => checkUnpacked(bytes, size, limits, faults);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.#source) {
      this.bytes += chunk.length;
      this.#check(this.bytes);
      if (chunk.length > 0) yield chunk;
    }
  }
}
