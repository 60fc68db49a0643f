import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits } from '../../declared-units.ts';
import { isNamedLikeSecret } from '../../secret-names.ts';

export const noSecretsInEnvironment = defineCheck({
  id: 'services.no-secrets-in-environment',
  title: 'the units of the validator hold no secret in Environment=',
  why: 'Every user of the host reads it by systemctl show, and every child process and crash report inherits it.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: { want: 'none by name', source: 'systemd.exec(5), Environment=' } },
  remediation: 'Change the secret; give the new one by LoadCredential=<NAME>:<FILE> or a file of mode 0600',
  needs: { units: servicesUnits },
  evaluate: ({ units }, policy, { name }) =>
    judgeUnits(policy, units, name, ({ environment }) => {
      const found = environment.filter(isNamedLikeSecret);
      return {
        status: found.length === 0 ? 'pass' : 'fail',
        expected: 'no variable that is named like a secret',
        actual: found.join(', ') || 'none',
      };
    }),
});
