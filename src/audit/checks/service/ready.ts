import { serviceCheck } from '../../service-check.ts';

export const ready = serviceCheck({
  id: 'service.ready',
  title: 'it says that it is ready',
  why: 'Whoever sends requests to it goes by this answer; a service that is not ready for long is not watched.',
  severity: 'medium',
  remediation: 'ask it yourself: curl -si <URL>/readyz; and look at its log',
  want: '200',
  source: 'Kubernetes docs: readiness probes',
  part: 'ready',
  evaluate: ({ status }, { readyPath }) => ({
    status: status >= 200 && status < 300 ? 'pass' : 'fail',
    actual: `${readyPath}: ${status}`,
  }),
});
