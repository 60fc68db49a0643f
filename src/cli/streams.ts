import { createReadStream, fstatSync, readSync } from 'node:fs';
import type { StandardStreams } from '../core/context.ts';
import { systemErrorCode, ValopsError } from '../lib/errors.ts';

/** Longest line taken from a descriptor, in bytes. */
const lineLimit = 4096;

/** The standard streams of this process. */
export function standardStreams(): StandardStreams {
  return {
    stdin: createStdin(),
    stdoutIsTerminal: process.stdout.isTTY === true,
    writeOut(bytes) {
      return new Promise((resolve, reject) => {
        process.stdout.write(bytes, (cause) => {
          if (cause) reject(outputError(cause));
          else resolve();
        });
      });
    },
    readDescriptor: readLine,
  };
}

function outputError(cause: Error): ValopsError {
  const code = systemErrorCode(cause) ?? 'unknown error';
  const message = code === 'EPIPE' ? 'was closed by its reader' : `takes nothing more (${code})`;
  return new ValopsError('FILE_UNWRITABLE', `standard output ${message}`, {
    hint: 'Write to a file with -o: it appears only when it is complete.',
    cause,
  });
}

/**
 * Opened at the first read: a command that never reads standard input must not touch it. Files are
 * read in large pieces; everything else by the stream of Node, which waits where a pipe has nothing yet.
 */
function createStdin(): AsyncIterable<Uint8Array> {
  return {
    async *[Symbol.asyncIterator]() {
      const stream = fstatSync(0).isFile()
        ? createReadStream('', { fd: 0, autoClose: false, highWaterMark: 1 << 20 })
        : process.stdin;
      yield* stream as AsyncIterable<Uint8Array>;
    },
  };
}

/** One line from an open descriptor; the line end (LF or CRLF) is not part of it. */
function readLine(fd: number): Uint8Array {
  const line = Buffer.alloc(lineLimit);
  let length = 0;
  try {
    fstatSync(fd);
    while (length < lineLimit && readSync(fd, line, length, 1, null) === 1) {
      if (line[length] === 0x0a) break;
      length++;
    }
  } catch (error) {
    throw new ValopsError(
      'USAGE_PASSPHRASE',
      `descriptor ${fd} cannot be read (${systemErrorCode(error) ?? 'unknown error'})`,
      {
        hint: `Open it in the shell: ${fd}< FILE.`,
        cause: error,
      },
    );
  }
  if (length === lineLimit) {
    throw new ValopsError('USAGE_PASSPHRASE', `the first line of descriptor ${fd} is longer than ${lineLimit} bytes`, {
      hint: 'Check which file is open there.',
    });
  }
  if (length > 0 && line[length - 1] === 0x0d) length--;
  if (length === 0) {
    throw new ValopsError('USAGE_PASSPHRASE', `descriptor ${fd} holds no line`, {
      hint: 'What is asked for must be its first line.',
    });
  }
  const bytes = Uint8Array.prototype.slice.call(line, 0, length);
  line.fill(0);
  return bytes;
}
