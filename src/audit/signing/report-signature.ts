import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { fingerprintOf } from '../../age/recipient.ts';
import { readSshPublicKey } from '../../age/ssh-public-key.ts';
import type { ReportKey } from './report-key.ts';
import { decodeSshsig, encodeSshsig, signedBytes } from './sshsig.ts';

/** Namespace of the signatures: one made for anything else says nothing of a report (ssh-keygen(1), `-n`). */
export const reportNamespace = 'valops-audit-report';

/** PKCS #8 and SubjectPublicKeyInfo of Ed25519 up to the key's 32 bytes (RFC 8410, sections 4 and 7). */
const [privatePrefix, publicPrefix] = ['302e020100300506032b657004220420', '302a300506032b6570032100'].map((hex) =>
  Buffer.from(hex, 'hex'),
) as [Buffer, Buffer];

/** What a signature is worth: by which key (the blob of RFC 4253, and `SHA256:…`), or why it proves nothing. */
export type SignatureVerdict =
  | { readonly valid: true; readonly publicKey: Uint8Array; readonly fingerprint: string }
  | { readonly valid: false; readonly reason: string };

/** The text of `FILE.sig` for the bytes of a report file: an SSHSIG, which `ssh-keygen -Y verify` checks. */
export function signReport(key: ReportKey, report: Uint8Array): string {
  const frame = { namespace: reportNamespace, hash: 'sha512' } as const;
  const secret = createPrivateKey({ key: Buffer.concat([privatePrefix, key.seed]), format: 'der', type: 'pkcs8' });
  const signature = sign(null, signedBytes(frame, report), secret);
  return encodeSshsig({ ...frame, publicKey: key.publicKey, algorithm: 'ssh-ed25519', signature });
}

/**
 * Checks a signature over the bytes of a report file. It proves which key signed; whose key that is,
 * the caller must know.
 */
export function verifyReport(report: Uint8Array, signature: Uint8Array): SignatureVerdict {
  const no = (reason: string): SignatureVerdict => ({ valid: false, reason });
  try {
    const sshsig = decodeSshsig(Buffer.from(signature).toString('latin1'));
    if (sshsig.namespace !== reportNamespace) return no('the signature was made for something else than a report');
    const { material, blob } = readSshPublicKey(sshsig.publicKey);
    if (material.type !== 'ssh-ed25519' || sshsig.algorithm !== 'ssh-ed25519')
      return no('the key is no Ed25519 key: reports are signed by no other');
    if (sshsig.signature.length !== 64) return no('the signature is damaged');
    const spki = Buffer.concat([publicPrefix, material.point]);
    const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (verify(null, signedBytes(sshsig, report), key, sshsig.signature))
      return { valid: true, publicKey: blob, fingerprint: fingerprintOf(blob) };
    return no('the file is not what was signed');
  } catch {
    return no('the signature is damaged');
  }
}
