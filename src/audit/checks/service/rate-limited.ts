import { serviceCheck } from '../../service-check.ts';

export const rateLimited = serviceCheck({
  id: 'service.rate-limited',
  title: 'requests beyond the declared rate are refused',
  why: 'One client that asks as fast as it can takes the service from all others.',
  severity: 'medium',
  remediation: 'bound requests a second and refuse the rest with 429: limit_req (nginx), a token bucket in the service',
  want: 'refused with 429',
  source: 'CWE-770; RFC 6585 4',
  part: 'rate',
  evaluate: ({ answered, refused, seconds }, { caps: { rate, burst } }) => {
    const expected = `at most ${burst} and ${rate} a second`;
    const actual = `${answered} answered, ${refused} refused in ${seconds.toFixed(1)} s`;
    const most = (burst + rate * seconds) * 1.1 + 16;
    if (answered > most) return { status: 'fail', expected, actual };
    if (refused > 0) return { status: 'pass', expected, actual };
    return {
      status: 'unknown',
      expected,
      actual,
      evidence: 'no more could be sent from here: the rate was not reached',
    };
  },
});
