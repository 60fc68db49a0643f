import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits } from '../../declared-units.ts';

/**
 * Directives that cost a validator nothing. MemoryDenyWriteExecute is not among them: programs that
 * compile while they run, as those of Solana do, need such memory.
 */
const wanted = [
  'ProtectKernelTunables',
  'ProtectKernelModules',
  'ProtectKernelLogs',
  'ProtectControlGroups',
  'RestrictSUIDSGID',
  'LockPersonality',
  'RestrictNamespaces',
];

export const kernelProtection = defineCheck({
  id: 'services.kernel-protection',
  title: 'the units of the validator keep it away from the kernel',
  why: 'A process that nobody expects to load modules or make namespaces should not be able to, when it is taken over.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: { want: wanted.join(', '), source: 'systemd.exec(5), Sandboxing' } },
  remediation: `systemctl edit <UNIT>, with [Service] and each as NAME=yes: ${wanted.join(', ')}; restart it`,
  needs: { units: servicesUnits },
  evaluate: ({ units }, policy, { name }) =>
    judgeUnits(policy, units, name, ({ settings }) => {
      const missing = wanted.filter((one) => ['no', undefined].includes(settings[one]));
      return {
        status: missing.length === 0 ? 'pass' : 'fail',
        expected: 'all of them',
        actual: missing.length === 0 ? 'all of them' : `without ${missing.join(', ')}`,
      };
    }),
});
