import { ValopsError } from '../../lib/errors.ts';
import type { Artifact } from '../verifier.ts';

/** Bytes; what Ed25519 signs without hashing first must be in memory at once. */
const limit = 256 * 1024 * 1024;

/** All bytes of what a plain Ed25519 signature covers. Throws SYNC_VERIFIER_BLIND above 256 MiB. */
export async function wholeBytes(subject: Artifact, type: string): Promise<Uint8Array> {
  if (subject.size > limit) {
    throw new ValopsError(
      'SYNC_VERIFIER_BLIND',
      `${type}: "${subject.name}" has ${subject.size} bytes, and a signature that is not prehashed is judged up to ${limit} only`,
      { hint: 'Verify a signed sums file instead ("over"), or ask the publisher for prehashed signatures.' },
    );
  }
  const bytes = new Uint8Array(subject.size);
  let at = 0;
  for await (const chunk of subject.open()) {
    if (at + chunk.length > bytes.length) throw changed(subject, type);
    bytes.set(chunk, at);
    at += chunk.length;
  }
  if (at !== bytes.length) throw changed(subject, type);
  return bytes;
}

function changed({ name, size }: Artifact, type: string): ValopsError {
  return new ValopsError('SYNC_CHECKSUM_MISMATCH', `${type}: "${name}" is no longer ${size} bytes long`, {
    hint: 'Fetch it again; another program writes to it.',
  });
}
