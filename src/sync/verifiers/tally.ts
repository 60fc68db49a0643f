import { ValopsError } from '../../lib/errors.ts';
import type { Verified } from '../pin.ts';
import type { VerifyRequest } from '../verifier.ts';

/** What a look at all signatures of one verifier found. Signers are written as in `Verified.signers`. */
export interface Tally {
  readonly trusted: readonly string[];
  /** Trusted signers with at least one good signature. */
  readonly counted: ReadonlySet<string>;
  /** Signatures of trusted signers that are not good: whose, and why. */
  readonly faults: readonly string[];
  /** What else was there and does not count: signers nobody trusts. */
  readonly strangers: readonly string[];
}

/**
 * Ends a verifier's work: enough distinct trusted signers make the judgement, and whatever did not
 * count is told. Throws SYNC_SIGNATURE_INVALID when a bad signature is why there are too few,
 * SYNC_SIGNERS_TOO_FEW otherwise, and for a threshold that is no whole number above zero.
 */
export function settle({ spec, artifact, tell }: VerifyRequest, threshold: number, tally: Tally): Verified {
  const { trusted, counted, faults, strangers } = tally;
  const uncounted = [...faults, ...strangers];
  if (!Number.isInteger(threshold) || threshold < 1) {
    throw new ValopsError('SYNC_SIGNERS_TOO_FEW', `${spec.type}: a threshold of ${threshold} would need no signer`, {
      hint: 'Set "threshold" in valops.yaml to a whole number from 1 to the number of signers.',
    });
  }
  if (counted.size >= threshold) {
    for (const remark of uncounted) tell?.(`${spec.type}: not counted: ${remark}`);
    return { type: spec.type, signers: [...counted].sort(), threshold };
  }
  const parts = [
    `"${artifact.name}" is signed by ${counted.size} of the ${threshold} trusted signers needed (${spec.type})`,
    counted.size === 0 ? '' : `counted: ${[...counted].sort().join(', ')}`,
    uncounted.length === 0 ? '' : `not counted: ${uncounted.join(', ')}`,
    `trusted: ${trusted.length === 0 ? 'nobody' : trusted.join(', ')}`,
  ];
  throw new ValopsError(
    faults.length > 0 ? 'SYNC_SIGNATURE_INVALID' : 'SYNC_SIGNERS_TOO_FEW',
    parts.filter((part) => part !== '').join('; '),
    {
      hint:
        faults.length > 0
          ? 'Install nothing of this release until the publisher has explained the signatures that are not counted.'
          : 'Compare the signers under "verify" in valops.yaml with those whom the publisher names.',
    },
  );
}
