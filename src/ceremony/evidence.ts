/** A file as it was when it was hashed. */
export interface HashedFile {
  readonly path: string;
  /** Lowercase hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** What a step has shown: lines for both people to read, and the files which must stay as they are. */
export interface Evidence {
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly files: readonly HashedFile[];
}

/** One step of a ceremony. */
export interface Step {
  readonly id: string;
  readonly title: string;
  /**
   * Does it, or proves what an interrupted run had done already. It may run twice; nothing is made
   * a second time.
   */
  readonly run: () => Promise<Evidence>;
}
