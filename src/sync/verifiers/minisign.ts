import { ValopsError } from '../../lib/errors.ts';
import type { VerifySpec } from '../declaration.ts';
import type { Artifact, Verifier } from '../verifier.ts';
import { verifyEd25519 } from './formats/ed25519.ts';
import { exactBase64, readCommented } from './formats/signed-text.ts';
import { evidenceOf, subjectOf, textOf } from './inputs.ts';
import { requireListed } from './listing.ts';
import { settle } from './tally.ts';
import { trustedSigners } from './trusted-signers.ts';
import { wholeBytes } from './whole-bytes.ts';

/** `Ed` over the bytes themselves, `ED` over their BLAKE2b-512. */
interface MinisignSignature {
  readonly algorithm: 'Ed' | 'ED';
  /** Lowercase hex of the eight bytes as they are in the file. */
  readonly keyId: string;
  readonly signature: Uint8Array;
  readonly trustedComment: string;
  /** Over signature and trusted comment. */
  readonly commentSignature: Uint8Array;
}

/**
 * Minisign, legacy and prehashed, with its trusted comment (format: "Minisign signatures" in the
 * project's documentation). A file holds one signature, hence a threshold above one is never met.
 */
export const minisign: Verifier<Extract<VerifySpec, { type: 'minisign' }>> = {
  type: 'minisign',
  signs: true,
  needs: ({ signature, over }) => (over === undefined ? [signature] : [signature, over]),
  trusts: () => [],
  async verify(request) {
    const { spec, artifact } = request;
    const trusted = trustedSigners(spec);
    const signed = readSignature(textOf(evidenceOf(request, spec.signature)));
    if (signed === undefined) throw invalid(`"${spec.signature}" is no minisign signature`);
    const subject = subjectOf(request, spec.over);
    const counted = new Set<string>();
    const faults: string[] = [];
    for (const signer of trusted) {
      const key = readKey(signer);
      if (key.id !== signed.keyId) continue;
      const problem = await problemOf(signed, key.key, subject);
      if (problem === undefined) counted.add(signer);
      else faults.push(`"${spec.signature}" by key ${shownId(key.id)}: ${problem}`);
    }
    const strangers = counted.size + faults.length > 0 ? [] : [`key ${shownId(signed.keyId)}`];
    const verified = settle(request, spec.threshold, { trusted, counted, faults, strangers });
    if (spec.over !== undefined) await requireListed(artifact, textOf(evidenceOf(request, spec.over)), spec.over);
    return verified;
  },
};

async function problemOf(signed: MinisignSignature, key: Uint8Array, subject: Artifact): Promise<string | undefined> {
  const message =
    signed.algorithm === 'ED'
      ? Buffer.from(await subject.digest('blake2b512'), 'hex')
      : await wholeBytes(subject, 'minisign');
  if (!verifyEd25519(key, message, signed.signature)) return `the signature is not of these bytes of "${subject.name}"`;
  const comment = Buffer.concat([signed.signature, Buffer.from(signed.trustedComment, 'utf8')]);
  return verifyEd25519(key, comment, signed.commentSignature) ? undefined : 'its trusted comment was altered';
}

function readSignature(text: string): MinisignSignature | undefined {
  const read = readCommented(text);
  if (read?.bytes.length !== 74) return undefined;
  const algorithm = Buffer.from(read.bytes.subarray(0, 2)).toString('latin1');
  if (algorithm !== 'Ed' && algorithm !== 'ED') return undefined;
  const lines = /^trusted comment: (?<comment>[^\n]*)\n(?<signature>[^\n]*)\n?$/.exec(
    read.rest.replaceAll('\r\n', '\n'),
  );
  const commentSignature = exactBase64(lines?.groups?.['signature'] ?? '');
  if (commentSignature?.length !== 64) return undefined;
  return {
    algorithm,
    keyId: Buffer.from(read.bytes.subarray(2, 10)).toString('hex'),
    signature: read.bytes.subarray(10),
    trustedComment: lines?.groups?.['comment'] ?? '',
    commentSignature,
  };
}

function readKey(signer: string): { readonly id: string; readonly key: Uint8Array } {
  const bytes = exactBase64(signer);
  if (bytes?.length !== 42 || bytes[0] !== 0x45 || bytes[1] !== 0x64) {
    throw new ValopsError('SYNC_VERIFIER_BLIND', `minisign: "${signer}" is no public key of minisign`, {
      hint: 'Write the base64 line of the publisher\'s minisign.pub, 56 characters that begin with "RW".',
    });
  }
  return { id: Buffer.from(bytes.subarray(2, 10)).toString('hex'), key: bytes.subarray(10) };
}

/** As minisign prints it: a 64-bit number, stored little-endian. */
function shownId(id: string): string {
  return Buffer.from(id, 'hex').reverse().toString('hex').toUpperCase();
}

function invalid(problem: string): ValopsError {
  return new ValopsError('SYNC_SIGNATURE_INVALID', problem, {
    hint: 'Fetch it again; if it stays so, ask the publisher, and install nothing of this release.',
  });
}
