import type { ErrorCode } from '../lib/errors.ts';
import { printable } from '../lib/printable.ts';

/** Why TLS failed, and what to do. */
export interface TlsFault {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly hint: string;
}

const unknownAuthority = [
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_UNTRUSTED',
];

/**
 * What a failure of TLS means (codes as in node:tls, which are those of openssl-verify(1));
 * undefined for a fault of another sort. A certificate that does not hold is DOWNLOAD_INSECURE.
 */
export function certificateFault(error: unknown, code: string, url: URL): TlsFault | undefined {
  const look = `openssl s_client -connect ${url.hostname}:${url.port === '' ? '443' : url.port} -servername ${url.hostname}`;
  const insecure = (reason: string, hint: string): TlsFault => ({ code: 'DOWNLOAD_INSECURE', reason, hint });
  if (code === 'CERT_HAS_EXPIRED') {
    return insecure(
      'its certificate has expired',
      'Check the clock of this machine (timedatectl), then tell whoever runs the server.',
    );
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return insecure('its certificate is not valid yet', 'Check the clock of this machine: timedatectl');
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'UND_ERR_PRX_TLS' || code === 'HOSTNAME_MISMATCH') {
    const names = namesOf(error);
    return insecure(
      `its certificate is for another name${names === '' ? '' : ` (${names})`}, not for "${url.hostname}"`,
      'Use the name that the certificate is for; another server may be answering in its place.',
    );
  }
  if (unknownAuthority.includes(code)) {
    return insecure(
      'its certificate comes from an authority that is not trusted here',
      'If it is your own authority, name its certificate: --ca FILE, or sync.ca in valops.yaml.',
    );
  }
  if (/^(CERT_|CRL_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|ERR_OSSL_X509)/.test(code)) {
    return insecure(`its certificate does not hold (${code})`, `Look at it: ${look}`);
  }
  if (/^(ERR_SSL_|ERR_TLS_|EPROTO$)/.test(code)) {
    return { code: 'DOWNLOAD_FAILED', reason: `TLS failed (${code})`, hint: `See what answers there: ${look}` };
  }
  return undefined;
}

function namesOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    const { cert } = at as { cert?: { subjectaltname?: unknown } };
    if (typeof cert?.subjectaltname === 'string') return printable(cert.subjectaltname).slice(0, 200);
  }
  return '';
}
