import { serviceCheck } from '../../service-check.ts';

export const noSniffing = serviceCheck({
  id: 'service.no-sniffing',
  title: 'no client may guess what an answer is',
  why: 'A browser that guesses runs as a script what somebody stored as text.',
  severity: 'low',
  remediation: 'send X-Content-Type-Options: nosniff',
  want: 'nosniff',
  source: 'Fetch Standard 3.6; OWASP ASVS 5 V3.4.4',
  part: 'headers',
  evaluate: ({ contentTypeOptions }) => ({
    status: contentTypeOptions?.trim().toLowerCase() === 'nosniff' ? 'pass' : 'fail',
    actual: contentTypeOptions ?? 'not sent',
  }),
});
