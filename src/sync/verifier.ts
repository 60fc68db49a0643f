import type { VerifySpec } from './declaration.ts';
import type { Verified } from './pin.ts';

/** The artifact under judgement: on disk, its bytes re-readable. */
export interface Artifact {
  /** As sums files call it. */
  readonly name: string;
  readonly size: number;
  /** Lowercase hex. */
  readonly sha256: string;
  /** Lowercase hex; computed on first use in one pass. */
  digest(algorithm: 'sha512' | 'blake2b512'): Promise<string>;
  /** The bytes, from the start, in chunks; memory does not grow with the file. */
  open(): AsyncIterable<Uint8Array>;
}

export interface VerifyRequest<S extends VerifySpec = VerifySpec> {
  readonly spec: S;
  readonly artifact: Artifact;
  /** The side files named by `needs`, by the same names. */
  readonly evidence: ReadonlyMap<string, Uint8Array>;
  /** The trust files named by `trusts`, by the same names. */
  readonly trust: ReadonlyMap<string, Uint8Array>;
  /** The moment for which keys must be valid. */
  readonly now: Date;
  /** Takes remarks on a good judgement: signatures that were there and did not count, and why. */
  readonly tell?: ((remark: string) => void) | undefined;
}

/** A way to prove bytes. Pure but for reading the artifact. One file in `verifiers/` each; `type` equals the file name. */
export interface Verifier<S extends VerifySpec = VerifySpec> {
  readonly type: S['type'];
  /** Whether it proves who made the bytes: `--yes` needs at least one that does. */
  readonly signs: boolean;
  /** Side files published with the release, placeholders filled. */
  needs(spec: S): readonly string[];
  /** Files of trust from the operator's repository. */
  trusts(spec: S): readonly string[];
  /**
   * Throws SYNC_CHECKSUM_MISMATCH, SYNC_SIGNATURE_INVALID (wrong bytes, malformed, revoked, expired: says
   * which and whose), SYNC_SIGNERS_TOO_FEW (who signed, who is trusted, how many are needed) and
   * SYNC_VERIFIER_BLIND (something it needs is missing or unreadable, so nothing was judged).
   */
  verify(request: VerifyRequest<S>): Promise<Verified>;
}
