import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits } from '../../declared-units.ts';

const fine = ['always', 'on-failure', 'on-abnormal'];

export const restartPolicy = defineCheck({
  id: 'services.restart-policy',
  title: 'systemd starts the validator again when it fails',
  why: 'A crash costs seconds when somebody starts the process again, and hours when nobody does.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: { want: 'always or on-failure', source: 'systemd.service(5), Restart=' } },
  remediation: 'systemctl edit <UNIT>, with [Service], Restart=on-failure, RestartSec=1; systemctl daemon-reload',
  needs: { units: servicesUnits },
  evaluate: ({ units }, policy, { name }) =>
    judgeUnits(policy, units, name, ({ restart, type }) =>
      type === 'oneshot'
        ? { status: 'skip', evidence: 'a task that ends by itself (Type=oneshot)' }
        : { status: fine.includes(restart) ? 'pass' : 'fail', expected: 'always or on-failure', actual: restart },
    ),
});
