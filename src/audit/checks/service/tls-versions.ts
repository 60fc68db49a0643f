import type { TlsVersion } from '../../../facts/service-probe.ts';
import { serviceCheck, withoutTls } from '../../service-check.ts';

const all: readonly TlsVersion[] = ['1.0', '1.1', '1.2', '1.3'];

export const tlsVersions = serviceCheck({
  id: 'service.tls-versions',
  title: 'TLS 1.3 is taken, and nothing older than 1.2',
  why: 'Old versions have known attacks, and whoever is on the way may ask for the oldest one both sides know.',
  severity: 'high',
  remediation: 'ssl_protocols TLSv1.2 TLSv1.3; (nginx), minVersion: TLSv1.2 (node)',
  want: '1.3 and at most 1.2',
  source: 'RFC 8996; RFC 9325 3.1.1',
  part: 'tls',
  applies: withoutTls,
  evaluate: ({ versions }) => {
    const taken = all.filter((version) => versions[version]);
    if (taken.length === 0) return { status: 'unknown', evidence: 'no version came to an end: is it TLS?' };
    return {
      status: versions['1.3'] && !versions['1.0'] && !versions['1.1'] ? 'pass' : 'fail',
      actual: taken.join(', '),
    };
  },
});
