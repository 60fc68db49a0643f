/** What bounds a download. Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** Until a connection stands, TLS included. */
  readonly connect: number;
  /** From then until the answer begins. */
  readonly response: number;
  /** Between two pieces of a body. */
  readonly silence: number;
  /** A body brings at least `bytes` in each `time`, whatever its size. */
  readonly pace: { readonly bytes: number; readonly time: number };
  /** All attempts at a file together. */
  readonly file: number;
  /** All attempts at a small document together. */
  readonly document: number;
  /** Attempts that may fail in a row without getting further. */
  readonly attempts: number;
  /** Wait before the second attempt; doubled for each one after it. */
  readonly firstDelay: number;
  readonly longestDelay: number;
  /** Longest wait which a server may ask for. */
  readonly longestWait: number;
  readonly redirects: number;
  /** Downloads at once; others wait. */
  readonly parallel: number;
}

/** For binaries of some GiB on lines of 1 Mbit/s and more. */
export const defaultLimits: Limits = {
  connect: 20_000,
  response: 60_000,
  silence: 60_000,
  pace: { bytes: 128 * 1024, time: 60_000 },
  file: 12 * 3_600_000,
  document: 5 * 60_000,
  attempts: 6,
  firstDelay: 500,
  longestDelay: 30_000,
  longestWait: 120_000,
  redirects: 5,
  parallel: 4,
};
