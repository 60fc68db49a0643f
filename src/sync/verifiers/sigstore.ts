import { createPublicKey, type KeyObject } from 'node:crypto';
import { ValopsError } from '../../lib/errors.ts';
import type { VerifySpec } from '../declaration.ts';
import type { Verifier, VerifyRequest } from '../verifier.ts';
import { evidenceOf, subjectOf, textOf, trustOf } from './inputs.ts';
import { requireListed } from './listing.ts';
import { lookAtBundles } from './sigstore/look-at-bundles.ts';
import { readTrustedRoots } from './sigstore/trusted-root.ts';
import { settle } from './tally.ts';
import { certificateSigner, keyFileSigner, trustedSigners } from './trusted-signers.ts';

type SigstoreSpec = Extract<VerifySpec, { type: 'sigstore' }>;

/**
 * Sigstore bundles, offline against a saved trusted root: signatures of the subject or attestations
 * about it. The certificate's identity and issuer must be a trusted pair, character by character; with
 * `key` the bundle must be made with that key instead.
 */
export const sigstore: Verifier<SigstoreSpec> = {
  type: 'sigstore',
  signs: true,
  needs: ({ bundle, over }) => (over === undefined ? [bundle] : [bundle, over]),
  trusts: ({ trustedRoot, key }) => (key === undefined ? [trustedRoot] : [trustedRoot, key]),
  async verify(request) {
    const { spec, artifact } = request;
    const trusted = trustedSigners(spec);
    const roots = readTrustedRoots(trustOf(request, spec.trustedRoot), spec.trustedRoot);
    const key = spec.key === undefined ? undefined : readKey(request, spec.key);
    const file = { name: spec.bundle, bytes: evidenceOf(request, spec.bundle) };
    const { good, faults } = await lookAtBundles(file, roots, subjectOf(request, spec.over), key);
    const signers = good.map((claims) =>
      spec.key === undefined
        ? certificateSigner({ identity: claims.identity ?? 'nobody', issuer: claims.issuer ?? 'nobody' })
        : keyFileSigner(spec.key),
    );
    const verified = settle(request, spec.threshold, {
      trusted,
      counted: new Set(signers.filter((signer) => trusted.includes(signer))),
      faults,
      strangers: signers.filter((signer) => !trusted.includes(signer)).map((signer) => `${signer}, who is not trusted`),
    });
    if (spec.over !== undefined) await requireListed(artifact, textOf(evidenceOf(request, spec.over)), spec.over);
    return verified;
  },
};

function readKey(request: VerifyRequest, name: string): KeyObject {
  try {
    return createPublicKey(Buffer.from(trustOf(request, name)));
  } catch (cause) {
    if (cause instanceof ValopsError) throw cause;
    throw new ValopsError('SYNC_VERIFIER_BLIND', `sigstore: "${name}" is no public key in PEM`, {
      hint: `Put the publisher's public key at "${name}" beside valops.yaml.`,
      cause,
    });
  }
}
