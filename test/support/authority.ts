import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its private key, both PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of a test, made by openssl. */
export interface Authority {
  /** PEM. */
  readonly ca: string;
  /** The same in a file, for `--ca`. */
  readonly caPath: string;
  /** `names` as in subjectAltName: `IP:127.0.0.1`, `DNS:localhost`. Negative days: it has expired. */
  certify(names: readonly string[], days?: number): Certified;
  remove(): void;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority that nobody trusts yet. */
export function makeAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), 'valops-authority-'));
  const at = (name: string): string => join(directory, name);
  const openssl = (...argv: readonly string[]): void => {
    execFileSync('openssl', argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  };
  openssl('req', '-x509', ...newKey, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '2', '-subj', '/CN=tests');
  let made = 0;
  return {
    ca: readFileSync(at('ca.pem'), 'utf8'),
    caPath: at('ca.pem'),
    certify(names, days = 2) {
      const [key, csr, ext, cert] = ['key', 'csr', 'ext', 'pem'].map((kind) => at(`${made}.${kind}`)) as [
        string,
        string,
        string,
        string,
      ];
      made++;
      openssl('req', '-new', ...newKey, '-keyout', key, '-out', csr, '-subj', '/CN=server');
      writeFileSync(ext, `subjectAltName=${names.join(',')}\n`);
      const signer = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
      openssl('x509', '-req', '-in', csr, ...signer, '-days', String(days), '-extfile', ext, '-out', cert);
      return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
