import type { VerifySpec } from '../declaration.ts';
import type { Verifier } from '../verifier.ts';

type Loaders = { readonly [T in VerifySpec['type']]: () => Promise<Verifier<Extract<VerifySpec, { type: T }>>> };

/** Adding a verifier: a file named as its type, and a line here. */
const loaders: Loaders = {
  sha256sums: async () => (await import('./sha256sums.ts')).sha256sums,
  openpgp: async () => (await import('./openpgp.ts')).openpgp,
  minisign: async () => (await import('./minisign.ts')).minisign,
  signify: async () => (await import('./signify.ts')).signify,
  sigstore: async () => (await import('./sigstore.ts')).sigstore,
  'github-attestation': async () => (await import('./github-attestation.ts')).githubAttestation,
};

/** Loads the verifier of a type, with the libraries which it needs. */
export async function verifierFor(type: VerifySpec['type']): Promise<Verifier> {
  return loaders[type]();
}
