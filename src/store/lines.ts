import { closeSync, openSync, readSync } from 'node:fs';
import { readError } from './read-whole.ts';

const pieceSize = 64 * 1024;

/** Fills the front of a buffer from an offset of a file; answers how many bytes there were. */
export type ReadPiece = (buffer: Uint8Array, offset: number) => number;

/** The lines of a text file, without their ends. What follows the last line end is none. Throws FILE_NOT_FOUND, FILE_UNREADABLE. */
export function* readLines(path: string): Generator<string, void, undefined> {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw readError(path, error);
  }
  try {
    yield* linesOf((buffer, offset) => {
      try {
        return readSync(fd, buffer, 0, buffer.length, offset);
      } catch (error) {
        throw readError(path, error);
      }
    });
  } finally {
    closeSync(fd);
  }
}

/** The lines of what `readPiece` reads, a piece at a time. */
export function* linesOf(readPiece: ReadPiece): Generator<string, void, undefined> {
  const buffer = Buffer.allocUnsafeSlow(pieceSize);
  let begun: Buffer[] = [];
  for (let offset = 0; ;) {
    const size = readPiece(buffer, offset);
    if (size === 0) return;
    offset += size;
    const piece = buffer.subarray(0, size);
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      const line = piece.subarray(from, end);
      yield begun.length === 0 ? line.toString('utf8') : Buffer.concat([...begun, line]).toString('utf8');
      begun = [];
      from = end + 1;
    }
    if (from < size) begun.push(Buffer.from(piece.subarray(from)));
  }
}
