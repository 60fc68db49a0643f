import { servicesProcesses } from '../../../facts/services/processes.ts';
import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { declaredAndRunning, judgeUnits } from '../../declared-units.ts';

export const namespaces = defineCheck({
  id: 'services.namespaces',
  title: 'the validator has /tmp and devices of its own, in a mount namespace that is in force',
  why: 'Files in a shared /tmp and raw devices are ways from one process to the keys of another.',
  severity: 'low',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'PrivateTmp and PrivateDevices', source: 'systemd.exec(5), Sandboxing; namespaces(7)' },
  },
  remediation: 'systemctl edit <UNIT>, with [Service], PrivateTmp=yes, PrivateDevices=yes; restart it',
  needs: { units: servicesUnits, processes: servicesProcesses },
  evaluate: ({ units, processes }, policy, { name }) =>
    judgeUnits(policy, units, name, (unit) => {
      const wanted = ['PrivateTmp', 'PrivateDevices'];
      const missing = wanted.filter((one) => ['no', undefined].includes(unit.settings[one]));
      const seen = declaredAndRunning(unit, processes, missing.length === 0, (one) => one.namespaces.includes('mnt'));
      return {
        ...seen,
        status: missing.length > 0 ? 'fail' : seen.status,
        expected: wanted.map((one) => `${one}=yes`).join(', '),
        actual: wanted.map((one) => `${one}=${unit.settings[one] ?? 'not told'}`).join(', '),
        running: `mount namespace: ${seen.running}`,
      };
    }),
});
