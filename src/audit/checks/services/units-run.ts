import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';
import { declaredServices } from '../../declared-units.ts';

const want = { want: 'loaded and active', source: 'systemctl(1)' };

export const unitsRun = defineCheck({
  id: 'services.units-run',
  title: 'every unit of the validator runs',
  why: 'A validator that is down earns nothing and, on some networks, is punished.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'systemctl status <UNIT>; journalctl -u <UNIT> -n 100; systemctl start <UNIT>',
  needs: { units: servicesUnits },
  evaluate: ({ units }, policy, { name: host }) => {
    const declared = declaredServices(policy, units);
    if (declared.length === 0)
      return [{ status: 'skip', subject: host, evidence: 'valops.yaml declares no services in audit.units' }];
    return declared.map(({ name: subject, unit }) => {
      const expected = 'active';
      if (unit === undefined)
        return { status: 'fail', subject, expected, running: 'not loaded: unknown to systemd or disabled' };
      const { load, active, sub, file } = unit;
      const fine = load === 'loaded' && active === 'active';
      return {
        status: fine ? 'pass' : active === 'activating' || active === 'reloading' ? 'unknown' : 'fail',
        subject,
        expected,
        running: load === 'loaded' ? `${active} (${sub})` : load,
        ...(file === null ? {} : { file }),
      };
    });
  },
});
