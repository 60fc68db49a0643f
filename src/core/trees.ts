import type { WriteOptions } from './files.ts';

/**
 * The door to directories and links, beside the file door. Every change is durable when the method
 * returns (the directories that hold the names are fsynced). Methods throw only ValopsError:
 * FILE_NOT_FOUND, FILE_UNREADABLE, FILE_UNWRITABLE, FILE_EXISTS.
 */
export interface Trees {
  /** Makes one directory that must not exist yet: FILE_EXISTS. */
  createDirectory(path: string, options: WriteOptions): void;
  /** Renames a directory to a name that must not exist yet (FILE_EXISTS), on the same file system. */
  renameDirectory(from: string, to: string): void;
  /** Removes a directory and all below it, links themselves and never what they point to. */
  removeTree(path: string): void;
  /** The target as written in the link; null when there is no name. FILE_EXISTS when it is no link. */
  readLink(path: string): string | null;
  /** Makes `path` a link to `target` in one rename, new or in place of a link; never of anything else: FILE_EXISTS. */
  replaceLink(path: string, target: string): void;
  /** All names below a directory, relative to it, sorted; directories end with `/`. Links are not followed. */
  walk(path: string): readonly string[];
  /** Sets the permission bits of a file or directory; links are not followed. */
  setMode(path: string, mode: number): void;
  /** Bytes that this process may still write on the file system which holds `path` (its nearest existing parent). */
  freeSpace(path: string): number;
  /**
   * Runs `work` while no other valops process holds the lock file `path` (made 0600). Throws
   * LOCK_BUSY after `wait` milliseconds, LOCK_UNAVAILABLE.
   */
  withLock<T>(path: string, wait: number, work: () => Promise<T>): Promise<T>;
}
