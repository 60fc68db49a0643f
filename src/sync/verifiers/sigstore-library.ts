import type { SignedEntity } from '@sigstore/verify';

/** The one door to the official Sigstore packages: what is named here is all that is used of them. */
export { bundleFromJSON, type Bundle } from '@sigstore/bundle';
export { HashAlgorithm, TrustedRoot } from '@sigstore/protobuf-specs';
export { type Signer, toSignedEntity, toTrustMaterial, Verifier as SigstoreVerifier } from '@sigstore/verify';

/** What the verifier asks about a signature. */
export type SignatureContent = SignedEntity['signature'];
