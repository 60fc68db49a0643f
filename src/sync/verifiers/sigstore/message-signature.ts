import { createHash, createVerify, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Artifact } from '../../verifier.ts';
import { type Bundle, HashAlgorithm, type SignatureContent } from '../sigstore-library.ts';

type MessageSignature = Extract<Bundle['content'], { $case: 'messageSignature' }>['messageSignature'];

const algorithms: Partial<Record<HashAlgorithm, 'sha256' | 'sha384' | 'sha512'>> = {
  [HashAlgorithm.SHA2_256]: 'sha256',
  [HashAlgorithm.SHA2_384]: 'sha384',
  [HashAlgorithm.SHA2_512]: 'sha512',
};

/**
 * A signature over the subject itself, in place of the library's own, which wants all bytes in memory:
 * they are read once, in pieces, and what the library asks for later is answered from that. Throws an
 * Error that says what is wrong.
 */
export async function messageSignature(
  { messageDigest, signature }: MessageSignature,
  subject: Artifact,
  key: KeyObject,
): Promise<SignatureContent> {
  const algorithm = algorithms[messageDigest.algorithm];
  if (algorithm === undefined) throw new Error('its digest is none of SHA-256, SHA-384 and SHA-512');
  if (key.asymmetricKeyType !== 'ec' && key.asymmetricKeyType !== 'rsa') {
    throw new Error(`it was made with a key of type ${key.asymmetricKeyType}, which is not supported here`);
  }
  if (algorithm === 'sha256' && !isSame(messageDigest.digest, Buffer.from(subject.sha256, 'hex')))
    throw otherBytes(subject);
  const verifier = createVerify(algorithm);
  const hash = createHash(algorithm);
  for await (const chunk of subject.open()) {
    verifier.update(chunk);
    hash.update(chunk);
  }
  const digest = hash.digest();
  if (!isSame(messageDigest.digest, digest)) throw otherBytes(subject);
  const good = verifier.verify(key, signature);
  return {
    signature,
    compareSignature: (other) => isSame(other, signature),
    compareDigest: (other) => isSame(other, digest),
    verifySignature: (other) => good && other.equals(key),
  };
}

function otherBytes({ name }: Artifact): Error {
  return new Error(`it is about other bytes than those of "${name}"`);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
