/**
 * A private directory (0700) on a file system that lives in memory. Nothing in it reaches a disk
 * unless the machine swaps.
 */
export interface MemoryDirectory {
  readonly path: string;
  /**
   * Overwrites and removes every file in it, then the directory. Safe to call twice. Throws MEMORY_LEFT
   * when something of it is still there.
   */
  destroy(): void;
}

export interface Memory {
  /**
   * Makes a memory directory; it is destroyed at exit and on SIGINT, SIGTERM and SIGHUP as well.
   * What a killed process left behind is destroyed by the next call.
   * Throws MEMORY_UNAVAILABLE when no RAM-backed file system is writable.
   */
  directory(purpose: string): MemoryDirectory;
  /** Whether what is written at `path` stays in memory; of its nearest directory that exists. */
  holds(path: string): boolean;
}
