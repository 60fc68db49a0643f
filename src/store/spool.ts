import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Spool } from '../core/files.ts';
import { linesOf } from './lines.ts';
import { fileError } from './system-error.ts';
import { removeStaleTemporaries, temporaryFlags, temporaryPath } from './temporary-file.ts';

/** Bytes of text that are kept until they are written. */
const behindSize = 64 * 1024;

/** Opens a spool in a directory: a file whose name is taken away at once. Throws FILE_UNWRITABLE. */
export function openSpool(directory: string): Spool {
  const fd = openNameless(join(directory, 'spool'));
  let size = 0;
  let behind: string[] = [];
  let behindBytes = 0;

  function flush(): void {
    const bytes = Buffer.from(behind.join(''), 'utf8');
    behind = [];
    behindBytes = 0;
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, size + done);
    } catch (error) {
      throw fileError('FILE_UNWRITABLE', 'keep notes in', directory, error);
    }
    size += bytes.length;
  }

  return {
    append(line) {
      behind.push(line, '\n');
      behindBytes += line.length;
      if (behindBytes > behindSize) flush();
    },
    *lines() {
      flush();
      yield* linesOf((buffer, offset) => readSync(fd, buffer, 0, buffer.length, offset));
    },
    close() {
      closeSync(fd);
    },
  };
}

function openNameless(target: string): number {
  const path = temporaryPath(target);
  try {
    removeStaleTemporaries(target);
    const fd = openSync(path, temporaryFlags, 0o600);
    unlinkSync(path);
    return fd;
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'write', path, error);
  }
}
