import { containerCheck } from '../../containers-judged.ts';

export const containerLimits = containerCheck({
  id: 'workload.container-limits',
  title: 'no container can take all memory and processes of the host',
  why: 'A job that runs away, or is made to, takes the validator and SSH down with it.',
  severity: 'medium',
  cadence: 'weekly',
  want: 'a bound of memory and of processes',
  source: 'CIS Docker, container runtime; Docker docs: resource constraints; Nuttoo: Security, Sandboxing',
  remediation: '--memory <BYTES> --pids-limit <NUMBER>',
  faults: ({ memory, processes }) => [
    ...(memory > 0 ? [] : ['no bound of memory']),
    ...(processes === null ? ['no bound of processes'] : []),
  ],
});
