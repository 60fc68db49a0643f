import type { RandomAccess } from '../core/files.ts';
import type { Processes } from '../core/process.ts';

/** Most that an archive may hold; all of it counts, wanted or not. */
export interface ArchiveLimits {
  /** Bytes after decompression. */
  readonly bytes: number;
  /** Bytes after decompression for each byte before. */
  readonly ratio: number;
  readonly entries: number;
}

/** An archive, or the bare file itself, to take members out of. */
export interface ArchiveRequest {
  /** File name, for messages only; the format is told from the bytes. */
  readonly name: string;
  /** The bytes from the start; may be asked for again. */
  readonly open: () => AsyncIterable<Uint8Array>;
  /** The same bytes at any offset (zip). */
  readonly random: () => RandomAccess;
  readonly size: number;
  /** Exact names as in the archive, without a leading `./`. */
  readonly wanted: readonly string[];
  readonly bare: boolean;
  readonly limits: ArchiveLimits;
  /** For decompressors that are programs. */
  readonly processes: Processes;
}

/** Takes one wanted member; must read `bytes` to the end before it returns. */
export type TakeMember = (path: string, size: number | undefined, bytes: AsyncIterable<Uint8Array>) => Promise<void>;

/**
 * Reads an archive once, whole, and hands over each wanted member. Every entry is judged, wanted or
 * not: names that are absolute, hold `..`, `\\`, control characters or differ only by case or
 * Unicode form from another, links out of the archive, devices, duplicates. What was handed over
 * before a fault shows is for the caller to discard.
 *
 * Throws SYNC_ARCHIVE_UNSAFE, SYNC_ARCHIVE_INVALID (torn, unknown format), SYNC_MEMBER_MISSING
 * (names what is there instead), and whatever `take` throws.
 */
export type ReadArchive = (
  request: ArchiveRequest,
  take: TakeMember,
) => Promise<{ readonly format: string; readonly entries: number; readonly bytes: number }>;
