import { X509Certificate } from 'node:crypto';
import * as tls from 'node:tls';
import { ValopsError } from '../lib/errors.ts';

/**
 * The certificate authorities to trust, PEM: those of the system, and with `added` (a PEM file) also
 * its own. Undefined when the defaults do. Throws CONFIG_INVALID when it holds no certificate.
 */
export function trustedRoots(added: Uint8Array | undefined): readonly string[] | undefined {
  if (added === undefined) return undefined;
  const blocks = new TextDecoder().decode(added).match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  if (blocks === null) throw invalid('it holds no certificate in PEM form');
  for (const [index, block] of blocks.entries()) {
    try {
      new X509Certificate(block).toString();
    } catch (cause) {
      throw invalid(`its certificate number ${index + 1} cannot be read`, cause);
    }
  }
  // Node 20 has no getCACertificates, which knows of NODE_EXTRA_CA_CERTS
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default') => readonly string[] };
  return [...(getCACertificates?.('default') ?? tls.rootCertificates), ...blocks];
}

function invalid(why: string, cause?: unknown): ValopsError {
  return new ValopsError('CONFIG_INVALID', `the file of certificate authorities cannot be used: ${why}`, {
    hint: 'Give a PEM file: openssl x509 -in FILE -noout -subject',
    cause,
  });
}
