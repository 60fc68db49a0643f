import { serviceCheck } from '../../service-check.ts';

export const concurrencyLimited = serviceCheck({
  id: 'service.concurrency-limited',
  title: 'no more requests at once than declared are worked on',
  why: 'Without a bound, the slowest thing behind the service decides how much memory it takes.',
  severity: 'medium',
  remediation:
    'bound requests in flight and refuse the rest with 503: limit_conn (nginx), ConcurrencyLimit with LoadShed (tower)',
  want: 'the rest is refused, or waits',
  source: 'CWE-770; RFC 9110 15.6.4',
  part: 'concurrency',
  applies: ({ caps: { inflight, rate, burst, timeout } }) =>
    rate * timeout + burst < inflight ? 'its rate and its timeout are narrower: no more can be in flight' : null,
  evaluate: ({ held, refusedBefore, answered, refused, waiting }, { caps }) => {
    const actual = `${held} held, ${refusedBefore} refused before; of the next ones ${answered} answered, ${refused} refused, ${waiting} waiting`;
    const expected = `at most ${caps.inflight} at once`;
    if (refusedBefore > 0 || answered === 0) return { status: 'pass', expected, actual };
    if (held >= caps.inflight) return { status: 'fail', expected, actual };
    const evidence = 'it let requests go before all of them were sent: the limit was not reached';
    return { status: 'unknown', expected, actual, evidence };
  },
});
