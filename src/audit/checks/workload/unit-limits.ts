import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { environmentsOf, judgeEnvironments } from '../../declared-environments.ts';

export const unitLimits = defineCheck({
  id: 'workload.unit-limits',
  title: 'the declared units cannot take all memory and processes of the host',
  why: 'A worker that runs away, or is made to, takes the validator and SSH down with it.',
  severity: 'medium',
  cadence: 'weekly',
  onlyNamed: true,
  expectations: ofBoth('MemoryMax and TasksMax', 'systemd.resource-control(5); Nuttoo: Security, Sandboxing'),
  remediation: 'systemctl edit <UNIT>, with [Service], MemoryMax=<BYTES>, TasksMax=<NUMBER>; restart it',
  needs: environmentsOf,
  evaluate: ({ environments }, _policy, { name }) =>
    judgeEnvironments(environments, name, ({ unit: subject, settings }) => {
      const limits = ['MemoryMax', 'TasksMax'].map((one) => [one, settings[one] ?? 'not told'] as const);
      const actual = limits.map(([one, value]) => `${one}=${value}`).join(', ');
      if (limits.some(([, value]) => value === 'not told'))
        return [{ status: 'unknown', subject, evidence: `systemd did not tell all of them: ${actual}` }];
      return [
        {
          status: limits.some(([, value]) => value === 'infinity') ? 'fail' : 'pass',
          subject,
          expected: 'a bound for each',
          actual,
        },
      ];
    }),
});
