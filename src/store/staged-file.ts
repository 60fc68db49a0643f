import { constants, statSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { StagedFile, WriteOptions } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import { createBehindWriter } from './behind-writer.ts';
import { giveFinalName, refusePublic, removeQuietly, settleMode } from './final-name.ts';
import { fileError } from './system-error.ts';
import { removeStaleTemporaries, temporaryFlags, temporaryPath } from './temporary-file.ts';

/** Registers what must run when a signal ends the process; answers how to take it back. */
export type RegisterUndo = (undo: () => void) => () => void;

/**
 * Opens a file that becomes `target` when it is published. Where `target` is a device, a pipe or
 * a socket there is nothing to stage: bytes go straight to it, as with `age -o /dev/null`.
 *
 * `cleanup` is told how to remove the file should a signal end the process before it is published.
 * Throws FILE_UNWRITABLE, for a directory of that name as well, and FILE_NOT_PRIVATE.
 */
export async function stageFile(target: string, options: WriteOptions, cleanup: RegisterUndo): Promise<StagedFile> {
  try {
    const existing = statSync(target, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true) {
      throw new ValopsError('FILE_UNWRITABLE', `cannot write "${target}": it is a directory`, {
        hint: 'Choose the name of a file.',
      });
    }
    if (existing !== undefined && !existing.isFile()) {
      return passThrough(target, await open(target, constants.O_WRONLY | constants.O_NOCTTY));
    }
    removeStaleTemporaries(target);
    const path = temporaryPath(target);
    // before it is made: a signal may come between its making and the next line
    const unregister = cleanup(() => removeQuietly(path));
    let file: FileHandle | undefined;
    try {
      file = await open(path, temporaryFlags, 0o600);
      refusePublic(file.fd, target, options);
    } catch (error) {
      removeQuietly(path);
      await file?.close();
      unregister();
      throw error;
    }
    return staged(target, options, path, file, unregister);
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'write', target, error);
  }
}

function staged(
  target: string,
  options: WriteOptions,
  path: string,
  file: FileHandle,
  unregister: () => void,
): StagedFile {
  const writer = createBehindWriter(file);
  let isOpen = true;

  async function discard(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await writer.stop();
    await file.close().catch(() => undefined);
    removeQuietly(path);
    unregister();
  }

  return {
    path,
    async write(bytes) {
      try {
        await writer.write(bytes);
      } catch (error) {
        throw fileError('FILE_UNWRITABLE', 'write', target, error);
      }
    },
    async publish(how) {
      if (!isOpen) throw new Error(`the staged file for "${target}" was published or discarded before`);
      try {
        await writer.flush();
        settleMode(file.fd, options);
        await file.sync();
        await writer.stop();
        await file.close();
      } catch (error) {
        await discard();
        throw fileError('FILE_UNWRITABLE', 'write', target, error);
      }
      isOpen = false;
      giveFinalName(path, target, how);
      unregister();
    },
    discard,
  };
}

function passThrough(target: string, file: FileHandle): StagedFile {
  const writer = createBehindWriter(file);
  let isOpen = true;

  async function close(): Promise<void> {
    if (!isOpen) return;
    isOpen = false;
    await writer.stop();
    await file.close();
  }

  return {
    path: target,
    async write(bytes) {
      try {
        await writer.write(bytes);
      } catch (error) {
        throw fileError('FILE_UNWRITABLE', 'write', target, error);
      }
    },
    async publish() {
      try {
        await writer.flush();
        await close();
      } catch (error) {
        await close().catch(() => undefined);
        throw fileError('FILE_UNWRITABLE', 'write', target, error);
      }
    },
    async discard() {
      await close().catch(() => undefined);
    },
  };
}
