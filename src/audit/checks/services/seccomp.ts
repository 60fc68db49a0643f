import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { declaredAndRunning, judgeUnits } from '../../declared-units.ts';

export const seccomp = defineCheck({
  id: 'services.seccomp',
  title: 'system calls of the validator are filtered',
  why: 'Most flaws of the kernel that turn a user into root begin with a system call the validator never needs.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'a filter in force', source: 'systemd.exec(5), SystemCallFilter=; proc(5), Seccomp' },
  },
  remediation:
    'systemctl edit <UNIT>, with [Service], SystemCallFilter=@system-service; try it elsewhere, then restart it',
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const calls = (unit.settings['SystemCallFilter'] ?? '').split(' ').filter((word) => word !== '' && word !== '~');
      return {
        ...declaredAndRunning(unit, processes, calls.length > 0, (process) => process.seccomp > 0),
        expected: 'a filter',
        actual: calls.length === 0 ? 'none' : 'SystemCallFilter=',
      };
    }),
});
