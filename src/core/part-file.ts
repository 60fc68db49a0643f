import type { JsonObject } from '../lib/canonical-json.ts';

/**
 * A file that arrives in pieces and may outlive the process that fetches it: the bytes are in
 * `<target>.part`, and what is known about where they come from in `<target>.part.json`. Only one
 * process has it open at a time, and only whole files get the target's name.
 *
 * `start` or `resume` comes before `append`. All methods throw FILE_UNWRITABLE and FILE_UNREADABLE.
 */
export interface PartFile {
  /** Bytes held, those of an earlier run included. */
  readonly size: number;
  /** What was noted with `start` about the bytes held; null when there are none, or nothing is known about them. */
  readonly note: JsonObject | null;
  /** Drops all bytes and notes where the next ones come from. */
  start(note: JsonObject): Promise<void>;
  /** Goes on after the bytes held. Those of an earlier run are read once, for the digest. */
  resume(): Promise<void>;
  /** The bytes are taken over: the caller's buffer is free when this settles. */
  append(bytes: Uint8Array): Promise<void>;
  /** Lowercase hex, over the bytes held in the order they were written. */
  sha256(): string;
  /** Makes the bytes durable, sets the mode 0600 and gives the target's name, in place of a file that has it. */
  publish(): Promise<void>;
  /** Keeps the bytes for a later run. Safe to call twice, and after the other two. */
  close(): Promise<void>;
  /** Removes the bytes and the note. */
  discard(): Promise<void>;
}
