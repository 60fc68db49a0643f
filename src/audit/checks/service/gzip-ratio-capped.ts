import { judgeUnpacking } from '../../probe-gzip.ts';
import { outcomeText } from '../../probe-outcome.ts';
import { serviceCheck } from '../../service-check.ts';

export const gzipRatioCapped = serviceCheck({
  id: 'service.gzip-ratio-capped',
  title: 'a packed body that grows out of proportion is refused',
  why: 'A few kilobytes that unpack to gigabytes get past every cap that counts what comes over the wire.',
  severity: 'high',
  remediation:
    'count what comes out of the decompression and stop at the ratio, or take no Content-Encoding at all (415)',
  want: 'refused beyond the ratio',
  source: 'CWE-409; OWASP ASVS 5 V5.2.3',
  part: 'gzip',
  evaluate: (gzip, { caps }, probe) => ({
    ...judgeUnpacking(gzip, gzip.dense, probe),
    expected: `refused beyond ${caps.ratio} bytes out of one`,
    actual: outcomeText(gzip.dense),
  }),
});
