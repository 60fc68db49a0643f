import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { declaredAndRunning, judgeUnits } from '../../declared-units.ts';

export const noNewPrivileges = defineCheck({
  id: 'services.no-new-privileges',
  title: 'processes of the validator cannot gain privileges',
  why: 'Without it, whoever breaks into the process may go on to root by any setuid program on the host.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'NoNewPrivileges in force', source: 'systemd.exec(5), NoNewPrivileges=; proc(5)' },
  },
  remediation: 'systemctl edit <UNIT>, with [Service], NoNewPrivileges=yes; restart it',
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const actual = unit.settings['NoNewPrivileges'] ?? 'not told';
      return {
        ...declaredAndRunning(unit, processes, actual === 'yes', (process) => process.noNewPrivileges),
        expected: 'yes',
        actual,
      };
    }),
});
