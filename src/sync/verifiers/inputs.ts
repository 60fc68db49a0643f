import { createHash } from 'node:crypto';
import { ValopsError } from '../../lib/errors.ts';
import type { Artifact, VerifyRequest } from '../verifier.ts';

/** A side file of the release by name. Throws SYNC_VERIFIER_BLIND when it was not fetched. */
export function evidenceOf({ spec, artifact, evidence }: VerifyRequest, name: string): Uint8Array {
  const bytes = evidence.get(name);
  if (bytes !== undefined) return bytes;
  throw new ValopsError(
    'SYNC_VERIFIER_BLIND',
    `${spec.type}: "${name}" of "${artifact.name}" is not there to look at`,
    {
      hint: `Check that the release publishes "${name}", then pin or fetch again.`,
    },
  );
}

/** A file of trust from the operator's repository by name. Throws SYNC_VERIFIER_BLIND when there is none. */
export function trustOf({ spec, trust }: VerifyRequest, name: string): Uint8Array {
  const bytes = trust.get(name);
  if (bytes !== undefined) return bytes;
  throw new ValopsError('SYNC_VERIFIER_BLIND', `${spec.type}: the trust file "${name}" is not there`, {
    hint: `Put "${name}" beside valops.yaml, or correct its name under "verify".`,
  });
}

/** What a signature covers: the artifact itself, or with `over` a side file that is to list the artifact. */
export function subjectOf(request: VerifyRequest, over: string | undefined): Artifact {
  if (over === undefined) return request.artifact;
  const bytes = evidenceOf(request, over);
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return {
    name: over,
    size: bytes.length,
    sha256: digest('sha256'),
    digest: (algorithm) => Promise.resolve(digest(algorithm)),
    async *open() {
      yield await Promise.resolve(bytes);
    },
  };
}

/** UTF-8, where what is no UTF-8 becomes U+FFFD: it then matches nothing. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}
