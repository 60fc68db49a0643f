import { judgeUnpacking } from '../../probe-gzip.ts';
import { outcomeText } from '../../probe-outcome.ts';
import { serviceCheck } from '../../service-check.ts';

export const gzipSizeCapped = serviceCheck({
  id: 'service.gzip-size-capped',
  title: 'a packed body that is too large in all is refused',
  why: 'A ratio alone lets through a large body that grows to ten times its size, in as many requests as one likes.',
  severity: 'medium',
  remediation: 'besides the ratio, stop at a size after decompression',
  want: 'refused beyond the size',
  source: 'CWE-409; OWASP ASVS 5 V5.2.3',
  part: 'gzip',
  applies: ({ caps: { body, ratio, inflated } }) =>
    (inflated * 1.1) / ratio > body * 0.95 ? 'the other two caps are narrower: no body gets that far' : null,
  evaluate: (gzip, { caps }, probe) => {
    const expected = `refused beyond ${caps.inflated} bytes`;
    if (gzip.large === null) return { status: 'unknown', expected, evidence: 'no such body could be made' };
    return { ...judgeUnpacking(gzip, gzip.large, probe), expected, actual: outcomeText(gzip.large) };
  },
});
