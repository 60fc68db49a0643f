import { serviceCheck } from '../../service-check.ts';

export const readyFailsClosed = serviceCheck({
  id: 'service.ready-fails-closed',
  title: 'readiness is a real answer: not that of any path, and not that of a service which refuses work',
  why: 'A service that says yes whatever happens keeps getting requests when it can serve none of them.',
  severity: 'medium',
  remediation: 'answer readiness on its own path only, by the state of what it needs; 503 while requests are refused',
  want: 'a path that does not exist is not ready, nor is a service at its limit',
  source: 'Kubernetes docs: readiness probes; RFC 9110 15.6.4',
  part: 'ready',
  evaluate: ({ neighbour }, { readyPath }, { concurrency }) => {
    const isYes = (status: number | null): boolean => status !== null && status >= 200 && status < 300;
    if (isYes(neighbour)) return { status: 'fail', actual: `${readyPath}-<ANYTHING> is answered ${neighbour}` };
    if (neighbour === 0) return { status: 'unknown', evidence: `a path beside ${readyPath} gave no answer` };
    const beside = `a path beside it: ${neighbour}`;
    // where not everything was refused there was no pressure, and nothing more can be asked from outside
    if (!concurrency.known || concurrency.value.refused === 0 || concurrency.value.answered > 0)
      return { status: 'pass', actual: beside, evidence: 'at its limit: not seen' };
    const { ready } = concurrency.value;
    return {
      status: isYes(ready) ? 'fail' : 'pass',
      actual: `${beside}; while it refused requests: ${ready ?? 'no answer'}`,
    };
  },
});
