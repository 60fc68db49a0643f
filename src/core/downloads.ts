/** One file to fetch over HTTPS. */
export interface DownloadRequest {
  /** `https:`; `http:` only where the door was opened with `insecure`. */
  readonly url: string;
  /**
   * Where the finished file is. Until then the bytes are in `<path>.part` beside it, from which a later
   * run goes on (a range request that is conditional on the same validator; from the start otherwise).
   */
  readonly path: string;
  /** Sent to the origin of `url` only, never after a redirect to another one. May hold a token. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What is expected, where it is known: DOWNLOAD_MISMATCH otherwise. */
  readonly size?: number;
  /** Lowercase hex. */
  readonly sha256?: string;
  /** Most bytes to take: DOWNLOAD_TOO_LARGE, as early as it shows. */
  readonly limit: number;
  /** Name in progress and errors. */
  readonly title: string;
}

export interface Downloaded {
  readonly path: string;
  readonly size: number;
  /** Lowercase hex, over the bytes in the order they were written. */
  readonly sha256: string;
  /** Where the bytes came from after redirects, without query and credentials. */
  readonly url: string;
}

/**
 * The door to the network. Everything is bounded: connect, silence between bytes, lowest pace, whole
 * time, redirects, retries (with backoff and jitter). Throws DOWNLOAD_INSECURE (no https, or a certificate
 * that does not hold), DOWNLOAD_FAILED, DOWNLOAD_TIMEOUT, DOWNLOAD_TOO_LARGE, DOWNLOAD_SHORT,
 * DOWNLOAD_MISMATCH, DOWNLOAD_NOT_ARTIFACT (a web page came instead), SYNC_NO_SPACE, LOCK_BUSY (another
 * process fetches to the same path) and FILE_UNWRITABLE.
 */
export interface Downloads {
  /** Fetches a file; hashed in the same pass as it is written. */
  fetch(request: DownloadRequest): Promise<Downloaded>;
  /** A small document of at most `limit` bytes, whole; null when the server says 404. */
  read(request: Pick<DownloadRequest, 'url' | 'headers' | 'limit' | 'title'>): Promise<Uint8Array | null>;
  close(): Promise<void>;
}
