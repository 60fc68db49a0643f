import type { VerifySpec } from '../declaration.ts';
import type { Verifier } from '../verifier.ts';
import { evidenceOf, trustOf } from './inputs.ts';
import { lookAtBundles } from './sigstore/look-at-bundles.ts';
import { readTrustedRoots } from './sigstore/trusted-root.ts';
import type { BundleClaims } from './sigstore/verify-bundle.ts';
import { settle } from './tally.ts';
import { trustedSigners, workflowSigner } from './trusted-signers.ts';

type AttestationSpec = Extract<VerifySpec, { type: 'github-attestation' }>;
type Workflow = AttestationSpec['signers'][number];

const issuer = 'https://token.actions.githubusercontent.com';

/**
 * Attestations that a workflow on GitHub made about the artifact (SLSA provenance unless another
 * predicate type is asked for), verified as Sigstore bundles. Identity, issuer and source repository of
 * the certificate must be exactly those of a trusted workflow.
 */
export const githubAttestation: Verifier<AttestationSpec> = {
  type: 'github-attestation',
  signs: true,
  needs: ({ bundle }) => [bundle],
  trusts: ({ trustedRoot }) => [trustedRoot],
  async verify(request) {
    const { spec, artifact } = request;
    const roots = readTrustedRoots(trustOf(request, spec.trustedRoot), spec.trustedRoot);
    const file = { name: spec.bundle, bytes: evidenceOf(request, spec.bundle) };
    const { good, faults } = await lookAtBundles(file, roots, artifact);
    const counted = new Set<string>();
    const strangers: string[] = [];
    for (const claims of good) {
      const judged = spec.signers.map((signer) => ({ signer, mismatch: mismatchOf(claims, signer, spec) }));
      const matching = judged.filter(({ mismatch }) => mismatch === undefined);
      for (const { signer } of matching) counted.add(workflowSigner(signer));
      if (matching.length === 0) {
        strangers.push(`${claims.identity ?? 'nobody'}: ${judged[0]?.mismatch ?? 'nobody is trusted'}`);
      }
    }
    return settle(request, spec.threshold, { trusted: trustedSigners(spec), counted, faults, strangers });
  },
};

/** Why these claims are not those of a trusted workflow; undefined when they are. */
function mismatchOf(
  claims: BundleClaims,
  { repository, workflow }: Workflow,
  spec: AttestationSpec,
): string | undefined {
  const home = `https://github.com/${repository}`;
  // a reusable workflow of another repository is written with its whole address
  const identity = workflow.startsWith('https://') ? workflow : `${home}/${workflow}`;
  const pairs = [
    ['identity', claims.identity, identity],
    ['issuer', claims.issuer, issuer],
    ['source repository', claims.sourceRepository, home],
    ['predicate type', claims.statement?.predicateType, spec.predicateType],
  ] as const;
  const wrong = pairs.find(([, actual, expected]) => actual !== expected);
  return wrong === undefined ? undefined : `${wrong[0]} is "${wrong[1] ?? ''}", expected "${wrong[2]}"`;
}
