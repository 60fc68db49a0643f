import { open, type FileHandle } from 'node:fs/promises';
import type { Draft, WriteOptions } from '../core/files.ts';
import { systemErrorCode } from '../lib/errors.ts';
import { createBehindWriter } from './behind-writer.ts';
import { existsError, refusePublic, removeQuietly, settleMode } from './final-name.ts';
import type { RegisterUndo } from './staged-file.ts';
import { fileError } from './system-error.ts';
import { temporaryFlags } from './temporary-file.ts';

/**
 * Writes a new file under a provisional name and makes its bytes and mode durable. `cleanup` is told
 * how to remove it until it is kept. Throws FILE_EXISTS, FILE_UNWRITABLE, FILE_NOT_PRIVATE and what `chunks` throws.
 */
export async function writeDraft(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  options: WriteOptions,
  cleanup: RegisterUndo,
): Promise<Draft> {
  const file = await openDraft(path);
  const draft = draftsOf([path], cleanup);
  const writer = createBehindWriter(file);
  try {
    refusePublic(file.fd, path, options);
    for await (const chunk of chunks) await written(path, writer.write(chunk));
    await written(path, writer.flush());
    await written(path, settle(file, options));
    await file.close();
  } catch (error) {
    await writer.stop();
    await file.close().catch(() => undefined);
    draft.discard();
    throw error;
  }
  return draft;
}

/** Many drafts as one; `cleanup` is told how to remove them until they are kept. */
export function draftsOf(paths: Iterable<string>, cleanup: RegisterUndo): Draft {
  const remove = (): void => {
    for (const path of paths) removeQuietly(path);
  };
  const unregister = cleanup(remove);
  return {
    keep: unregister,
    discard() {
      remove();
      unregister();
    },
  };
}

async function openDraft(path: string): Promise<FileHandle> {
  try {
    return await open(path, temporaryFlags, 0o600);
  } catch (error) {
    throw systemErrorCode(error) === 'EEXIST'
      ? existsError(path, error)
      : fileError('FILE_UNWRITABLE', 'write', path, error);
  }
}

async function settle(file: FileHandle, options: WriteOptions): Promise<void> {
  settleMode(file.fd, options);
  await file.sync();
}

async function written(path: string, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'write', path, error);
  }
}
