import { serviceCheck } from '../../service-check.ts';

export const originsLimited = serviceCheck({
  id: 'service.origins-limited',
  title: 'pages of strangers may not read its answers',
  why: "With every origin allowed, any page that an operator visits asks the service in the operator's name or network.",
  severity: 'medium',
  remediation: 'send no Access-Control-Allow-Origin, or only for origins on a list of yours; never the one that asks',
  want: 'not for https://stranger.invalid',
  source: 'Fetch Standard 3.2; OWASP ASVS 5 V3.4.2',
  part: 'headers',
  evaluate: ({ allowOrigin, allowCredentials }) => ({
    status: allowOrigin === '*' || allowOrigin === 'https://stranger.invalid' ? 'fail' : 'pass',
    actual: `${allowOrigin ?? 'not sent'}${allowCredentials === 'true' ? ', with credentials' : ''}`,
  }),
});
