import { lstatSync, mkdirSync, renameSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Files, StagedDirectory } from '../core/files.ts';
import { ValopsError, systemErrorCode } from '../lib/errors.ts';
import { syncDirectory } from './descriptor.ts';
import { destroyTree } from './destroy-tree.ts';
import type { RegisterUndo } from './staged-file.ts';
import { fileError } from './system-error.ts';
import { staleTemporaries, temporaryPath } from './temporary-file.ts';

/**
 * Makes a directory that becomes `target` when it is published: rename(2) puts a directory in the
 * place of nothing or of an empty directory only. What a killed process left beside the target is
 * destroyed first; `cleanup` is told what to do should a signal end this one.
 */
export function stageDirectory(
  target: string,
  ensureDirectory: Files['ensureDirectory'],
  cleanup: RegisterUndo,
): StagedDirectory {
  const final = resolve(target);
  let path: string;
  try {
    ensureDirectory(dirname(final), { mode: 0o700 });
    for (const stale of staleTemporaries(final)) if (isOwnDirectory(stale)) destroyTree(stale);
    path = temporaryPath(final);
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    throw fileError('FILE_UNWRITABLE', 'write', target, error);
  }
  const unregister = cleanup(() => destroyTree(path));
  let current = path;
  return {
    path,
    publish() {
      try {
        syncDirectory(path);
        renameSync(path, final);
        current = final;
        syncDirectory(dirname(final));
      } catch (error) {
        throw publishError(target, error);
      }
      unregister();
    },
    withdraw() {
      destroyTree(current);
      unregister();
    },
  };
}

function isOwnDirectory(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid === process.geteuid?.();
}

function publishError(target: string, error: unknown): ValopsError {
  const code = systemErrorCode(error) ?? '';
  if (['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(code)) {
    return new ValopsError('FILE_EXISTS', `"${target}" exists already and is not an empty directory`, {
      hint: 'Choose the name of a new directory.',
      cause: error,
    });
  }
  if (code === 'EBUSY') {
    return new ValopsError('FILE_UNWRITABLE', `cannot write "${target}": it is a mount point`, {
      hint: 'Choose the name of a new directory below it.',
      cause: error,
    });
  }
  return fileError('FILE_UNWRITABLE', 'write', target, error);
}
