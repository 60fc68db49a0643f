import { serviceCheck, withoutTls } from '../../service-check.ts';

const [least, day] = [14, 86_400_000];

export const certificate = serviceCheck({
  id: 'service.certificate',
  title: 'the certificate holds, and will for two weeks',
  why: 'Clients that must cope with a bad certificate learn to accept any, and one that ends stops them all at once.',
  severity: 'high',
  remediation: 'renew it, for the name in its address; an authority of your own is declared as ca in audit.services',
  want: `valid, for ${least} days at least`,
  source: 'RFC 5280 6.1; RFC 9525',
  part: 'tls',
  applies: withoutTls,
  evaluate: ({ fault, validTo }, _service, _probe, now) => {
    const days = validTo === null ? null : Math.floor((Date.parse(validTo) - now.getTime()) / day);
    if (fault !== null) return { status: 'fail', actual: fault };
    if (days === null || Number.isNaN(days)) return { status: 'unknown', evidence: 'its end could not be read' };
    return { status: days >= least ? 'pass' : 'fail', actual: `to ${validTo?.slice(0, 10) ?? ''}, ${days} days` };
  },
});
