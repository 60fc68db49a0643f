/** What a service must not take more of. */
export interface ServiceCaps {
  /** Bytes of the body of a request. */
  readonly body: number;
  /** Bytes after decompression for each byte before. */
  readonly ratio: number;
  /** Bytes after decompression. */
  readonly inflated: number;
  /** Seconds that a request may take to arrive. */
  readonly timeout: number;
  /** Requests at once. */
  readonly inflight: number;
  /** Requests a second, and how many at once beyond that. */
  readonly rate: number;
  readonly burst: number;
  /** Open files of its process. */
  readonly openFiles: number;
}

/** An HTTP service of a host, as `audit.services` declares it. One of `url` and `socket` is given. */
export interface DeclaredService {
  readonly name: string;
  /** `http://` or `https://`, without a path. With `--host`, a loopback address is that host's own. */
  readonly url?: string | undefined;
  /** Absolute path of a Unix socket on the host. */
  readonly socket?: string | undefined;
  /** Its systemd unit. */
  readonly unit?: string | undefined;
  /** Answers 200 when it is ready. */
  readonly readyPath: string;
  /** Takes a POST without a login. */
  readonly bodyPath: string;
  /** A JSON body which that path takes without any effect. */
  readonly sample: string;
  readonly caps: ServiceCaps;
  /** PEM file, beside `valops.yaml` or absolute: the authority of its certificate. */
  readonly ca?: string | undefined;
}

/** What must not outlive a reboot, as `audit.amnesia` declares it. */
export interface DeclaredAmnesia {
  /** Directories and files whose secrets must be in memory only. */
  readonly places: readonly string[];
  /** Whether the journal is to be kept in memory. */
  readonly volatileJournal: boolean;
}
