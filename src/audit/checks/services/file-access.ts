import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits, processesOf } from '../../declared-units.ts';

export const fileAccess = defineCheck({
  id: 'services.file-access',
  title: 'the validator writes only where it must, by its mount namespace or by Landlock',
  why: 'A process that may write to /usr, /etc or the homes of operators leaves something behind that runs as them.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: {
      want: 'ProtectSystem=full or strict, ProtectHome, in force; or Landlock',
      source: 'systemd.exec(5), Sandboxing; landlock(7)',
    },
  },
  remediation:
    'systemctl edit <UNIT>, with [Service], ProtectSystem=strict, ProtectHome=yes, ReadWritePaths=<ITS DATA>; restart it',
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const { landlock, settings } = unit;
      const [system = 'no', home = 'no'] = [settings['ProtectSystem'], settings['ProtectHome']];
      const own = processesOf(unit, processes);
      const outside = own.filter(({ namespaces }) => !namespaces.includes('mnt'));
      const common = {
        expected: 'ProtectSystem=full or strict, and ProtectHome',
        actual: `ProtectSystem=${system}, ProtectHome=${home}${landlock === null ? '' : `, started by ${landlock}`}`,
        running:
          own.length === 0
            ? 'no process'
            : `${own.length - outside.length} of ${own.length} in a mount namespace of their own`,
      };
      if ((system === 'full' || system === 'strict') && home !== 'no')
        return outside.length === 0
          ? { ...common, status: 'pass' }
          : { ...common, status: 'fail', evidence: 'the unit declares it, and it is not in force: restart it' };
      if (landlock !== null)
        return {
          ...common,
          status: 'pass',
          evidence: `${landlock} in ExecStart= lays a Landlock ruleset on it; no file of /proc shows that it is in force`,
        };
      return {
        ...common,
        status: 'fail',
        evidence:
          'a Landlock ruleset that the program lays on itself cannot be seen in /proc: when it does, waive this',
      };
    }),
});
