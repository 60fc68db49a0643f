import { basename } from 'node:path';
import type { VerifySpec } from '../declaration.ts';

/**
 * Whom a verifier of `valops.yaml` trusts, as `Verified.signers` writes them: OpenPGP fingerprints in
 * uppercase, minisign keys in base64, base names of signify and sigstore key files, certificate identities
 * with their issuer, workflows below their repository. Each once.
 */
export function trustedSigners(spec: VerifySpec): readonly string[] {
  return [...new Set(written(spec))];
}

function written(spec: VerifySpec): readonly string[] {
  switch (spec.type) {
    case 'sha256sums':
      return [];
    case 'openpgp':
      return spec.signers.map((signer) => signer.replaceAll(/\s/g, '').replace(/^0x/i, '').toUpperCase());
    case 'minisign':
      return spec.signers.map((signer) => signer.trim());
    case 'signify':
      return spec.signers.map(keyFileSigner);
    case 'sigstore':
      return spec.key === undefined ? spec.signers.map(certificateSigner) : [keyFileSigner(spec.key)];
    case 'github-attestation':
      return spec.signers.map(workflowSigner);
  }
}

/** A signer named by a certificate. */
export function certificateSigner({
  identity,
  issuer,
}: {
  readonly identity: string;
  readonly issuer: string;
}): string {
  return `${identity} (${issuer})`;
}

/** A workflow of a repository on GitHub. */
export function workflowSigner(signer: { readonly repository: string; readonly workflow: string }): string {
  return `${signer.repository}/${signer.workflow}`;
}

/**
 * A signer named by a key file. Bundles carry the file as `trust/<12 hex digits>-NAME` with plain
 * characters, and what was recorded before must still be recognised there.
 */
export function keyFileSigner(path: string): string {
  return basename(path)
    .replace(/^[0-9a-f]{12}-/, '')
    .replaceAll(/[^\w.-]/g, '_');
}
