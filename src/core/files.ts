import type { PartFile } from './part-file.ts';

/** POSIX owner of a file; names are resolved by the door. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface FileStat {
  readonly type: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits only, for example 0o600. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  readonly uid: number;
  readonly gid: number;
  /** Names that lead to the file (hard links); 1 is the rule. */
  readonly links: number;
  readonly modifiedAt: Date;
}

export interface WriteOptions {
  /** Permission bits at open; not widened or narrowed by the umask. */
  readonly mode: number;
  /** Owner to set before the file gets its final name. */
  readonly owner?: Owner;
  /**
   * It holds a secret in clear: FILE_NOT_PRIVATE, before a byte of it is written, where the file system shows
   * files to others than `mode` allows (FAT, exFAT).
   */
  readonly secret?: true;
}

/**
 * A file that is being written beside its target. It has a private name (0600) until `publish`,
 * which fsyncs it, gives it its mode and final name and fsyncs the directory.
 */
export interface StagedFile {
  /** Where the bytes are until `publish`. */
  readonly path: string;
  /** The buffer must stay as it is until the next call of `write` or `publish` settles. */
  write(bytes: Uint8Array): Promise<void>;
  /**
   * `exclusive`: never replaces a name that exists (FILE_EXISTS); `replace`: takes its place in
   * one rename. Throws FILE_UNWRITABLE. After a throw nothing is left under either name.
   */
  publish(how: 'exclusive' | 'replace'): Promise<void>;
  /** Removes what was written. Safe after `publish` and safe to call twice. */
  discard(): Promise<void>;
}

/** A file under a name that says itself that it is provisional. It is whole and on the disk; its name is not yet. */
export interface Draft {
  /** Lets it stay should a signal end the process: a record says from now on what it is for. */
  keep(): void;
  /** Removes it. Safe to call twice. */
  discard(): void;
}

/** Lines of text on the disk under no name: gone with the process, however it ends. */
export interface Spool {
  append(line: string): void;
  /** All lines so far, as often as it is asked for. */
  lines(): Iterable<string>;
  /** Frees the disk. Not to be used afterwards. */
  close(): void;
}

/**
 * A directory that is being filled beside its target. It has a private name and mode 0700 until
 * `publish` gives it its final name, so that all of its files appear at once or not at all.
 */
export interface StagedDirectory {
  /** Where to create the files until `publish`. */
  readonly path: string;
  /**
   * Takes the final name in one rename and makes it durable. The name must be free or an empty
   * directory: FILE_EXISTS. Throws FILE_UNWRITABLE, for a mount point as well.
   */
  publish(): void;
  /** Overwrites and removes it with all it holds, under the one name or the other. Safe to call twice. */
  withdraw(): void;
}

/**
 * The file door. All paths are taken as given (relative to the working directory). Every method
 * throws only ValopsError for what the machine may answer: FILE_NOT_FOUND, FILE_UNREADABLE,
 * FILE_UNWRITABLE, FILE_EXISTS, FILE_TOO_LARGE, FILE_NOT_PROVEN, FILE_NOT_PRIVATE.
 */
export interface Files {
  /** Reads a whole file of at most `limit` bytes (default 1 MiB). */
  read(path: string, limit?: number): Uint8Array;
  /** The file as chunks of at most 1 MiB. A chunk holds until the next one is asked for. */
  stream(path: string): AsyncIterable<Uint8Array>;
  /** The lines of a text file without their ends, read as they are asked for; what follows the last line end is none. */
  lines(path: string): Iterable<string>;
  /** Of the name itself (links are not followed); null when there is none. */
  stat(path: string): FileStat | null;
  /** The names in a directory, sorted; empty when there is no directory. */
  list(path: string): readonly string[];
  /** Makes the directory and its missing parents; `mode` applies to those made here. */
  ensureDirectory(path: string, options: WriteOptions): void;
  /** Writes a new file whole, reads it back and compares. Never replaces: FILE_EXISTS. */
  create(path: string, bytes: Uint8Array, options: WriteOptions): void;
  /** Writes a file whole in place of what is there, reads it back and compares. */
  replace(path: string, bytes: Uint8Array, options: WriteOptions): void;
  /** Opens a staged file beside `path`. */
  stage(path: string, options: WriteOptions): Promise<StagedFile>;
  /** Makes a staged directory beside `path`, and the missing parents of both (0700). */
  stageDirectory(path: string): StagedDirectory;
  /**
   * Writes a new file under this very name, from chunks that hold until the next one is asked for. Cheap where there
   * are many: no listing, and no fsync of the directory. Throws FILE_EXISTS, FILE_UNWRITABLE and what `chunks` throws;
   * then nothing is left.
   */
  draft(path: string, chunks: AsyncIterable<Uint8Array>, options: WriteOptions): Promise<Draft>;
  /** Many drafts that are kept or discarded as one. Their names are asked for only when they must go; not all need exist. */
  drafts(paths: Iterable<string>): Draft;
  /** Opens a spool on the file system of a directory. */
  spool(directory: string): Spool;
  /** Renames over nothing or over a regular file. Durable only after `syncDirectory` of its directory. */
  rename(from: string, to: string): void;
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): void;
  /** Holds the kernel's lock on a file, made when missing, until the answer is called. LOCK_BUSY when another process has it. */
  lock(path: string): () => void;
  /** Removes one file; no error when it is gone. */
  remove(path: string): void;
  /** True when both names lead to the same existing file. */
  isSame(a: string, b: string): boolean;
  /** The absolute path without links (realpath(3)). Throws FILE_NOT_FOUND, FILE_UNREADABLE. */
  realPath(path: string): string;
  /** Opens a file for reads at any offset; links at its name are followed. */
  openRandom(path: string): RandomAccess;
  /** Opens the part of a file that arrives in pieces and gets the name `target` when whole. LOCK_BUSY while another process has it. */
  openPart(target: string): Promise<PartFile>;
}

/** An open file, read in pieces. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** Fewer bytes than asked for only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Safe to call twice. */
  close(): Promise<void>;
}
