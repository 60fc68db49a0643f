import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { declaredAndRunning, judgeUnits } from '../../declared-units.ts';

export const noCoreDumps = defineCheck({
  id: 'services.no-core-dumps',
  title: 'a crash of the validator does not write its memory to disk',
  why: 'Its memory holds the identity key in clear; a dump of it is a copy of the key that nobody counts.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: { want: 'hard limit 0', source: 'systemd.exec(5), LimitCORE=; core(5)' } },
  remediation: 'systemctl edit <UNIT>, with [Service], LimitCORE=0; restart it',
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const actual = unit.settings['LimitCORE'] ?? 'not told';
      return {
        ...declaredAndRunning(unit, processes, actual === '0', ({ coreSize }) => coreSize[1] === '0'),
        expected: '0',
        actual,
      };
    }),
});
