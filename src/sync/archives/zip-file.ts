import * as yauzl from 'yauzl';
import type { RandomAccess } from '../../core/files.ts';

/**
 * Opens a zip file for yauzl over our own random access; closing that is the caller's. Names stay
 * bytes: yauzl would turn backslashes into slashes. Throws yauzl's own errors.
 */
export function openZip(file: RandomAccess): Promise<yauzl.ZipFile> {
  return yauzl.fromRandomAccessReaderPromise(new ZipReader(file), file.size, {
    autoClose: false,
    decodeStrings: false,
    validateEntrySizes: true,
  });
}

/** Reads for the listing only; content is streamed by ourselves, with checks that yauzl does not make. */
class ZipReader extends yauzl.RandomAccessReader {
  readonly #file: RandomAccess;

  constructor(file: RandomAccess) {
    super();
    this.#file = file;
  }

  override read(
    target: Buffer,
    at: number,
    length: number,
    position: number,
    answer: (error: Error | null) => void,
  ): void {
    const read = async (): Promise<Error | null> => {
      if (position + length > this.#file.size) return new Error('it points behind its end');
      target.set(await this.#file.read(position, length), at);
      return null;
    };
    // On a turn of its own: what yauzl throws must not look like a failed read.
    read().then(
      (error) => setImmediate(answer, error),
      (error: Error) => setImmediate(answer, error),
    );
  }
}
