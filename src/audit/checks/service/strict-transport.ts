import { serviceCheck, withoutTls } from '../../service-check.ts';

/** Seconds in 180 days. */
const least = 15_552_000;

export const strictTransport = serviceCheck({
  id: 'service.strict-transport',
  title: 'clients are told to come by TLS only',
  why: 'Without it the first request of a browser goes out in clear, and whoever answers that leads it where they like.',
  severity: 'low',
  remediation: 'send Strict-Transport-Security: max-age=63072000',
  want: `max-age of ${least} at least`,
  source: 'RFC 6797',
  part: 'headers',
  applies: withoutTls,
  evaluate: ({ hsts }) => {
    const age = Number(/(?:^|;)\s*max-age\s*=\s*"?(\d+)/i.exec(hsts ?? '')?.[1] ?? 0);
    return { status: age >= least ? 'pass' : 'fail', actual: hsts ?? 'not sent' };
  },
});
