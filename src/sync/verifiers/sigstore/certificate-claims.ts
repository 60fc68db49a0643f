import type { Signer } from '../sigstore-library.ts';

/** What Fulcio wrote into a signer's certificate, exact. */
export interface CertificateClaims {
  readonly identity: string | undefined;
  readonly issuer: string | undefined;
  /** `https://github.com/OWNER/NAME` of the repository whose workflow run asked for the certificate. */
  readonly sourceRepository: string | undefined;
}

/** Arcs below 1.3.6.1.4.1.57264.1 (sigstore/fulcio, docs/oid-info.md). From 8 on the value is a DER UTF8String. */
const arcs = { issuerRaw: 1, issuer: 8, sourceRepository: 12 } as const;
const fulcio = '1.3.6.1.4.1.57264.1.';

/** The claims of a verified signer; none for a signer without a certificate. */
export function claimsOf({ identity }: Signer): CertificateClaims {
  const value = (arc: number): Buffer | undefined =>
    identity?.oids?.find(({ oid }) => oid?.id.join('.') === `${fulcio}${arc}`)?.value;
  const older = value(arcs.issuerRaw);
  return {
    identity: identity?.subjectAlternativeName,
    issuer: utf8String(value(arcs.issuer)) ?? (older === undefined ? undefined : Buffer.from(older).toString('utf8')),
    sourceRepository: utf8String(value(arcs.sourceRepository)),
  };
}

/** Tag 0x0c and a length of one or two bytes (X.690 8.1.3), which must be that of all that follows. */
function utf8String(der: Uint8Array | undefined): string | undefined {
  if (der?.[0] !== 0x0c) return undefined;
  const [, first = 0, second = 0] = der;
  const [start, length] = first < 0x80 ? [2, first] : first === 0x81 ? [3, second] : [0, -1];
  return der.length === start + length ? Buffer.from(der.subarray(start)).toString('utf8') : undefined;
}
