import { ValopsError } from '../../lib/errors.ts';
import type { VerifySpec } from '../declaration.ts';
import type { Artifact, Verifier, VerifyRequest } from '../verifier.ts';
import { verifyEd25519 } from './formats/ed25519.ts';
import { readCommented } from './formats/signed-text.ts';
import { evidenceOf, subjectOf, textOf, trustOf } from './inputs.ts';
import { requireListed } from './listing.ts';
import { settle } from './tally.ts';
import { keyFileSigner, trustedSigners } from './trusted-signers.ts';
import { wholeBytes } from './whole-bytes.ts';

type SignifySpec = Extract<VerifySpec, { type: 'signify' }>;

/**
 * OpenBSD's signify(1): Ed25519 over the bytes themselves. A signature file that embeds its message
 * (`-e`) must embed a sums file which lists the artifact. One signature to a file, hence a threshold
 * above one is never met.
 */
export const signify: Verifier<SignifySpec> = {
  type: 'signify',
  signs: true,
  needs: ({ signature, over }) => (over === undefined ? [signature] : [signature, over]),
  trusts: ({ signers }) => signers,
  async verify(request) {
    const { spec, artifact } = request;
    const trusted = trustedSigners(spec);
    const file = readFile(evidenceOf(request, spec.signature));
    if (file === undefined) throw invalid(`"${spec.signature}" is no signature of signify`);
    if (file.embedded.length > 0 && spec.over !== undefined) {
      throw invalid(`"${spec.signature}" embeds what it signs, but "verify" says that it is over "${spec.over}"`);
    }
    const message = await messageOf(request, file.embedded);
    const counted = new Set<string>();
    const faults: string[] = [];
    for (const name of new Set(spec.signers)) {
      const key = readKey(trustOf(request, name), name);
      if (key.number !== file.number) continue;
      if (verifyEd25519(key.key, message, file.signature)) counted.add(keyFileSigner(name));
      else faults.push(`"${spec.signature}" by "${name}": the signature is not of these bytes`);
    }
    const strangers = counted.size + faults.length > 0 ? [] : [`key number ${file.number}`];
    const verified = settle(request, spec.threshold, { trusted, counted, faults, strangers });
    if (file.embedded.length > 0) await requireListed(artifact, textOf(file.embedded), spec.signature);
    if (spec.over !== undefined) await requireListed(artifact, textOf(evidenceOf(request, spec.over)), spec.over);
    return verified;
  },
};

async function messageOf(request: VerifyRequest<SignifySpec>, embedded: Uint8Array): Promise<Uint8Array> {
  if (embedded.length > 0) return embedded;
  const subject: Artifact = subjectOf(request, request.spec.over);
  return wholeBytes(subject, 'signify');
}

/** `Ed`, eight bytes of key number, and key or signature: struct pubkey and struct sig of signify.c. */
function readFile(
  bytes: Uint8Array,
): { readonly number: string; readonly signature: Uint8Array; readonly embedded: Uint8Array } | undefined {
  // latin1 keeps every byte of an embedded message as it is
  const read = readCommented(Buffer.from(bytes).toString('latin1'));
  if (read?.bytes.length !== 74 || !isEd25519(read.bytes)) return undefined;
  return {
    number: Buffer.from(read.bytes.subarray(2, 10)).toString('hex'),
    signature: read.bytes.subarray(10),
    embedded: Buffer.from(read.rest, 'latin1'),
  };
}

function readKey(bytes: Uint8Array, name: string): { readonly number: string; readonly key: Uint8Array } {
  const read = readCommented(Buffer.from(bytes).toString('latin1'));
  if (read?.bytes.length !== 42 || !isEd25519(read.bytes)) {
    throw new ValopsError('SYNC_VERIFIER_BLIND', `signify: "${name}" is no public key of signify`, {
      hint: `Put the publisher's .pub file at "${name}" beside valops.yaml.`,
    });
  }
  return { number: Buffer.from(read.bytes.subarray(2, 10)).toString('hex'), key: read.bytes.subarray(10) };
}

function isEd25519(bytes: Uint8Array): boolean {
  return bytes[0] === 0x45 && bytes[1] === 0x64;
}

function invalid(problem: string): ValopsError {
  return new ValopsError('SYNC_SIGNATURE_INVALID', problem, {
    hint: 'Compare it with what the publisher documents, and with "signature" and "over" in valops.yaml.',
  });
}
