import type { ProbeEnd } from '../../../facts/service-probe.ts';
import { serviceCheck } from '../../service-check.ts';

export const slowRequestsClosed = serviceCheck({
  id: 'service.slow-requests-closed',
  title: 'a request that comes too slowly is ended',
  why: 'A handful of bytes a second holds a connection for ever; some hundreds of them hold all there are.',
  severity: 'high',
  remediation:
    'bound the time for the headers and for the whole request: client_header_timeout and client_body_timeout (nginx), requestTimeout (node), TimeoutLayer (tower)',
  want: 'closed within the timeout',
  source: 'CWE-400; RFC 9110 15.5.9',
  part: 'slow',
  evaluate: ({ headers, body }, { caps }) => ({
    status: ended(headers) && ended(body) ? 'pass' : 'fail',
    expected: `ended within ${caps.timeout} s`,
    actual: `headers: ${text(headers)}; body: ${text(body)}`,
  }),
});

function ended({ closedAfter, status }: ProbeEnd): boolean {
  return closedAfter !== null || status !== null;
}

function text({ closedAfter, status }: ProbeEnd): string {
  const answer = status === null ? '' : `answered ${status}, `;
  return closedAfter === null ? `${answer}still open` : `${answer}closed after ${(closedAfter / 1000).toFixed(1)} s`;
}
