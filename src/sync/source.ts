import type { Context } from '../core/context.ts';
import type { Downloads } from '../core/downloads.ts';
import type { Hosts } from '../core/hosts.ts';
import type { Trees } from '../core/trees.ts';
import type { SourceSpec } from './declaration.ts';

/** What sync may touch beyond the context. Opened by the command only. */
export interface SyncDoors {
  readonly context: Context;
  readonly trees: Trees;
  /** Opened on first use; with `--offline` it throws DOWNLOAD_FAILED and says why. */
  readonly downloads: () => Promise<Downloads>;
  readonly hosts: Hosts;
  /** Directory of `valops.yaml`: relative paths of keys, roots and directories start there. */
  readonly base: string;
}

/** The texts that fill placeholders of one release on one platform. */
export interface Placeholders {
  readonly name: string;
  readonly version: string;
  readonly os: string;
  readonly arch: string;
  readonly target: string;
}

/** A file of a release, found but not fetched. */
export interface Location {
  /** Name without directories, as sums files call it. */
  readonly name: string;
  /** For documents and locks: `https://…`, `file:///…`, `ssh://host/…`. */
  readonly url: string;
}

export interface FetchRequest {
  readonly location: Location;
  /** Final path; the source may keep a part beside it. */
  readonly path: string;
  readonly limit: number;
  readonly size?: number;
  readonly sha256?: string;
}

export interface Fetched {
  readonly path: string;
  readonly size: number;
  /** Lowercase hex, made in the same pass as the bytes were written. */
  readonly sha256: string;
}

/** A way to get the files of a release. One file in `sources/` each; `type` equals the file name. */
export interface Source<S extends SourceSpec = SourceSpec> {
  readonly type: S['type'];
  /**
   * Finds the artifact, or with `side` a file beside it (a name, or a whole https url). Throws
   * SYNC_SOURCE_FAILED when there is no such file, and what the doors throw.
   */
  locate(doors: SyncDoors, spec: S, words: Placeholders, side?: string): Promise<Location>;
  /** Fetches what was located. Throws SYNC_SOURCE_FAILED, SYNC_CHECKSUM_MISMATCH and what the doors throw. */
  fetch(doors: SyncDoors, spec: S, request: FetchRequest): Promise<Fetched>;
}
