import { close, closeSync, constants, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import type { RandomAccess } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { readError } from './read-whole.ts';

const [readAt, closeFile] = [promisify(read), promisify(close)];

/**
 * Opens a regular file for reads at any offset; links at its name are followed. Each read answers a
 * buffer of its own. Throws FILE_NOT_FOUND, and FILE_UNREADABLE for anything but a regular file.
 */
export function openRandom(path: string): RandomAccess {
  const { fd, size } = openRegular(path);
  const running = new Set<Promise<unknown>>();
  let closed: Promise<void> | undefined;

  async function readPiece(offset: number, length: number): Promise<Uint8Array> {
    const piece = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
    try {
      for (let done = 0; done < piece.length;) {
        const { bytesRead } = await readAt(fd, piece, done, piece.length - done, offset + done);
        if (bytesRead === 0) return piece.subarray(0, done);
        done += bytesRead;
      }
    } catch (error) {
      throw readError(path, error);
    }
    return piece;
  }

  return {
    size,
    async read(offset, length) {
      if (closed !== undefined) throw new Error(`"${path}" was closed before`);
      const piece = readPiece(offset, length);
      running.add(piece);
      return piece.finally(() => running.delete(piece));
    },
    close() {
      // The kernel gives the number of a closed descriptor to the next file: no read may be in flight.
      closed ??= Promise.allSettled(running).then(() => closeFile(fd));
      return closed;
    },
  };
}

function openRegular(path: string): { readonly fd: number; readonly size: number } {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw readError(path, error);
  }
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, size: stat.size };
  closeSync(fd);
  throw new ValopsError('FILE_UNREADABLE', `cannot read "${path}" at an offset: it is not a regular file`, {
    hint: 'Copy it to a regular file and give the path of that.',
  });
}
