import { serviceCheck } from '../../service-check.ts';

export const survives = serviceCheck({
  id: 'service.survives',
  title: 'it is as ready after the load of this audit as before',
  why: 'What a few thousand harmless requests bring down, anybody brings down.',
  severity: 'high',
  remediation: 'look at its log and at its limits: systemctl status <UNIT>; restart it when it does not come back',
  want: 'the same answer as before',
  source: 'CWE-400',
  part: 'after',
  evaluate: ({ status }, { readyPath }, { ready }) => {
    const before = ready.known ? ready.value.status : null;
    const actual = `${readyPath}: ${status ?? 'no answer'}, before: ${before ?? 'no answer'}`;
    if (before === null) return { status: 'unknown', actual, evidence: 'it gave no answer before' };
    if (status === 429) return { status: 'unknown', actual, evidence: 'it still refuses by its rate' };
    return { status: status === before ? 'pass' : 'fail', actual };
  },
});
