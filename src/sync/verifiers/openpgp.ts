import { ValopsError } from '../../lib/errors.ts';
import type { VerifySpec } from '../declaration.ts';
import type { Verifier, VerifyRequest } from '../verifier.ts';
import { evidenceOf, textOf, trustOf } from './inputs.ts';
import { listingOf } from './listing.ts';
import type { Key, SignaturePacket } from './openpgp-library.ts';
import { ownerOf } from './openpgp/key-fault.ts';
import { readKeyring } from './openpgp/keyring.ts';
import { signatureFault, type SignedData } from './openpgp/signature-fault.ts';
import { readSignatureFile, type SignatureFile } from './openpgp/signature-file.ts';
import { settle } from './tally.ts';
import { trustedSigners } from './trusted-signers.ts';

type OpenPgpSpec = Extract<VerifySpec, { type: 'openpgp' }>;

interface Found {
  readonly counted: Set<string>;
  readonly faults: string[];
  readonly strangers: string[];
}

/**
 * OpenPGP (RFC 9580), detached or clear-signed, n of m distinct trusted primary keys. A signature by a
 * subkey counts for its primary. A trusted signer whose sums file names another digest for the artifact
 * is a refusal whatever the others say; one whose file does not name it is not counted.
 */
export const openpgp: Verifier<OpenPgpSpec> = {
  type: 'openpgp',
  signs: true,
  needs: ({ signatures }) => [
    ...new Set(signatures.flatMap(({ file, over }) => (over === undefined ? [file] : [file, over]))),
  ],
  trusts: ({ keys }) => keys,
  async verify(request) {
    const { spec, now } = request;
    const trusted = trustedSigners(spec);
    const files = spec.keys.map((name) => ({ name, bytes: trustOf(request, name) }));
    const keyring = await readKeyring(files, trusted, now);
    const found: Found = { counted: new Set(), faults: [], strangers: [] };
    for (const signer of trusted) {
      if (!keyring.has(signer)) found.strangers.push(`${signer} (its key is in none of ${spec.keys.join(', ')})`);
    }
    for (const one of spec.signatures) await look(request, keyring, one, found);
    return settle(request, spec.threshold, { trusted, ...found });
  },
};

async function look(
  request: VerifyRequest<OpenPgpSpec>,
  keyring: ReadonlyMap<string, Key>,
  { file, over }: OpenPgpSpec['signatures'][number],
  found: Found,
): Promise<void> {
  const bytes = evidenceOf(request, file);
  let signed: SignatureFile;
  try {
    signed = await readSignatureFile(bytes);
  } catch (error) {
    found.faults.push(
      `"${file}": no OpenPGP signature can be read, ${error instanceof Error ? error.message : String(error)}`,
    );
    return;
  }
  if (signed.text !== undefined && over !== undefined) {
    found.faults.push(`"${file}": it is clear-signed, but "verify" says that it is over "${over}"`);
    return;
  }
  const sums = signed.text ?? (over === undefined ? undefined : textOf(evidenceOf(request, over)));
  const good = await goodSigners(request, keyring, file, signed, dataOf(request, signed, over), found);
  if (good.size === 0) return;
  const listing = sums === undefined ? undefined : await listingOf(request.artifact, sums, over ?? file);
  if (listing?.state === 'disagrees') {
    throw new ValopsError('SYNC_CHECKSUM_MISMATCH', `${listing.problem}; it is signed by ${[...good].join(', ')}`, {
      hint: 'Install nothing of this release; ask its signers which of them is right.',
    });
  }
  for (const signer of good) {
    if (listing?.state === 'silent') found.faults.push(`${signer}: ${listing.problem}`);
    else found.counted.add(signer);
  }
}

function dataOf(request: VerifyRequest<OpenPgpSpec>, { text }: SignatureFile, over: string | undefined): SignedData {
  if (text !== undefined) return { data: new TextEncoder().encode(text), text: true };
  return over === undefined ? { data: request.artifact, text: false } : { data: evidenceOf(request, over), text: true };
}

async function goodSigners(
  { now }: VerifyRequest,
  keyring: ReadonlyMap<string, Key>,
  file: string,
  { packets }: SignatureFile,
  data: SignedData,
  { faults, strangers }: Found,
): Promise<ReadonlySet<string>> {
  const good = new Set<string>();
  for (const packet of packets) {
    const holders = [...keyring].filter(([, key]) => key.getKeys(packet.issuerKeyID).length > 0);
    if (holders.length === 0) strangers.push(`"${file}" by ${issuerOf(packet)}, who is not trusted`);
    for (const [signer, key] of holders) {
      if (good.has(signer)) continue;
      const fault = await signatureFault(packet, key, data, now);
      if (fault === undefined) good.add(signer);
      else faults.push(`"${file}" by ${ownerOf(key)}: ${fault}`);
    }
  }
  return good;
}

function issuerOf({ issuerFingerprint, issuerKeyID }: SignaturePacket): string {
  return issuerFingerprint === null
    ? `key ${issuerKeyID.toHex().toUpperCase()}`
    : Buffer.from(issuerFingerprint).toString('hex').toUpperCase();
}
