/** The reviewed bytes of one binary on one platform. */
export interface Pin {
  /** Where the artifact was fetched from when it was pinned; shown, and fetched from again. */
  readonly url: string;
  /** File name of the artifact, which names it in sums files. */
  readonly artifact: string;
  /** Bytes. */
  readonly size: number;
  /** Lowercase hex. */
  readonly sha256: string;
  /** What it holds for us, by name below the release directory. */
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly size: number; readonly mode: string }>>;
  /** What was verified before a person agreed; empty with `--unsafe-first-use`. */
  readonly verified: readonly Verified[];
  /** Side files which the verifiers used, by name: they are fetched, exported and imported with the artifact. */
  readonly evidence: Readonly<Record<string, { readonly url: string; readonly sha256: string; readonly size: number }>>;
}

/** One verifier's good judgement. */
export interface Verified {
  readonly type: string;
  /** The trusted signers it counted: fingerprints, key ids, identities; none for `sha256sums`. */
  readonly signers: readonly string[];
  readonly threshold: number;
}

/** All pins of one binary. */
export interface PinnedBinary {
  readonly version: string;
  /** RFC 3339, UTC. */
  readonly pinnedAt: string;
  /** `user@machine`. */
  readonly pinnedBy: string;
  readonly tool: string;
  /** True when `--unsafe-first-use` stood in for a signature. */
  readonly unsafeFirstUse: boolean;
  /** By `Platform.id`. */
  readonly platforms: Readonly<Record<string, Pin>>;
}

/** `valops.lock`: machine-written, human-reviewed, never changed by anything that was fetched. */
export interface PinFile {
  readonly schema: 'valops/lock/1';
  readonly binaries: Readonly<Record<string, PinnedBinary>>;
}
