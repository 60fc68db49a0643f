/** Something to be said to a server, once. */
export interface PostRequest {
  /**
   * `https:`; `http:` to loopback only where the door was opened with `insecure`. Its path and query may be a
   * secret: no error and no event says more of it than the host.
   */
  readonly url: string;
  /** What it is for, in errors. */
  readonly title: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  /** Attempts at most; 4 unless given. */
  readonly attempts?: number;
}

/**
 * The door by which messages leave. A status of 2xx is success; redirects are not followed. Faults that may pass
 * are tried again, with longer and longer waits, for a minute at most. Throws DOWNLOAD_INSECURE, DOWNLOAD_FAILED,
 * DOWNLOAD_TIMEOUT.
 */
export interface Posts {
  post(request: PostRequest): Promise<void>;
  close(): Promise<void>;
}
