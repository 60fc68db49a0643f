import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import type { Artifact } from '../../verifier.ts';
import {
  type Bundle,
  type SignatureContent,
  SigstoreVerifier,
  toSignedEntity,
  toTrustMaterial,
  type TrustedRoot,
} from '../sigstore-library.ts';
import { type CertificateClaims, claimsOf } from './certificate-claims.ts';
import { messageSignature } from './message-signature.ts';
import { isAbout, readStatement, type Statement } from './statement.ts';

type Envelope = Extract<Bundle['content'], { $case: 'dsseEnvelope' }>['dsseEnvelope'];

/** What a good bundle says. `statement` is there when it holds an attestation. */
export interface BundleClaims extends CertificateClaims {
  readonly statement: Statement | undefined;
}

/**
 * Verifies one bundle offline: certificate chain and SCT, or the given key; log entry; timestamp;
 * signature; and that it is about the subject. Whose identity it is, is for the caller to judge. Throws
 * an Error that says what is wrong, in one clause.
 */
export async function verifyBundle(
  bundle: Bundle,
  root: TrustedRoot,
  subject: Artifact,
  key?: KeyObject,
): Promise<BundleClaims> {
  const signingKey = keyOf(bundle, key);
  const trust = toTrustMaterial(root, () => ({ publicKey: signingKey, validFor: () => true }));
  const { content } = bundle;
  const entity = toSignedEntity(bundle);
  const statement =
    content.$case === 'dsseEnvelope'
      ? readStatement(content.dsseEnvelope.payloadType, content.dsseEnvelope.payload)
      : undefined;
  if (statement !== undefined && !(await isAbout(statement, subject))) {
    throw new Error(`its statement is about other files than "${subject.name}"`);
  }
  const signature =
    content.$case === 'dsseEnvelope'
      ? envelopeSignature(bundle, content.dsseEnvelope, entity.signature)
      : await messageSignature(content.messageSignature, subject, signingKey);
  const signer = new SigstoreVerifier(trust).verify({ ...entity, signature });
  return { ...claimsOf(signer), statement };
}

function keyOf({ verificationMaterial: { content } }: Bundle, key: KeyObject | undefined): KeyObject {
  if (content.$case === 'publicKey') {
    if (key === undefined) throw new Error('it was made with a key, and "verify" asks for a certificate');
    return key;
  }
  if (key !== undefined) throw new Error('it was made with a certificate, and "verify" asks for a key');
  const raw = content.$case === 'certificate' ? [content.certificate] : content.x509CertificateChain.certificates;
  const [leaf, ...chain] = raw.map(({ rawBytes }) => new X509Certificate(rawBytes));
  if (leaf === undefined) throw new Error('it holds no certificate');
  // roots come from the saved trusted root alone; the library does not look at this chain
  if (chain.some((one) => one.checkIssued(one))) throw new Error('it brings its own root certificate');
  return leaf.publicKey;
}

/**
 * Rekor v2 logs an envelope as hashedrekord, with the digest of what was signed (DSSE's pre-authentication
 * encoding) where Rekor v1 has that of the payload; @sigstore/verify 3.1.1 knows only the payload's.
 */
function envelopeSignature(
  { verificationMaterial: { tlogEntries } }: Bundle,
  { payloadType, payload }: Envelope,
  theirs: SignatureContent,
): SignatureContent {
  const type = Buffer.from(payloadType, 'utf8');
  const encoded = createHash('sha256')
    .update(`DSSEv1 ${type.length} `)
    .update(type)
    .update(` ${payload.length} `)
    .update(payload)
    .digest();
  const isRecord = tlogEntries.some(({ kindVersion }) => kindVersion?.kind === 'hashedrekord');
  return {
    signature: theirs.signature,
    compareSignature: (other) => theirs.compareSignature(other),
    compareDigest: (other) => theirs.compareDigest(other) || (isRecord && encoded.equals(other)),
    verifySignature: (other) => theirs.verifySignature(other),
  };
}
