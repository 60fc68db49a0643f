import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { judgeUnits } from '../../declared-units.ts';

/** Started by its own link, or by whatever else was generated or linked for it. */
const started = ['enabled', 'static', 'generated', 'indirect', 'alias', 'linked-runtime'];

const want = { want: 'enabled', source: 'systemctl(1), is-enabled' };

export const enabledAtBoot = defineCheck({
  id: 'services.enabled-at-boot',
  title: 'every unit of the validator starts at boot',
  why: 'After a power cut at night the host is back, and the validator is not.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want },
  remediation: 'systemctl enable <UNIT>',
  needs: { units: servicesUnits },
  evaluate: ({ units }, policy, { name }) =>
    judgeUnits(policy, units, name, ({ enabled }) => ({
      status: started.includes(enabled) ? 'pass' : 'fail',
      expected: 'enabled',
      actual: enabled || 'no unit file',
    })),
});
