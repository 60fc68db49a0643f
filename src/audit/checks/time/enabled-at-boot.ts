import { systemInit } from '../../../facts/system/init.ts';
import { timeSync } from '../../../facts/time/sync.ts';
import { defineCheck } from '../../check.ts';
import { servicesUnseen } from '../../clock-judgements.ts';
import { containerOf } from '../../containers.ts';

export const enabledAtBoot = defineCheck({
  id: 'time.enabled-at-boot',
  title: 'what keeps the clock right starts at boot',
  why: 'After the next reboot nobody would keep the clock right, and nobody would notice until votes are late.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'enabled', source: 'systemctl(1), is-enabled' },
    'cis-l1': { want: 'enabled', source: 'CIS Ubuntu 24.04 2.3.2.2, 2.3.3.3' },
  },
  remediation: 'systemctl enable <UNIT>',
  needs: { sync: timeSync, init: systemInit },
  evaluate: ({ sync: { services }, init }, _policy, { name }) => {
    if (services === null) return servicesUnseen(name);
    const running = services.filter(({ active }) => active === 'active');
    if (running.length === 0) {
      const status = containerOf(init) !== undefined ? 'skip' : 'fail';
      return [{ status, subject: 'clock', expected: 'a service that is enabled', running: 'none' }];
    }
    return running.map(({ name: unit, enabled }) => ({
      status: enabled === 'enabled' ? 'pass' : 'fail',
      subject: unit,
      expected: 'enabled',
      actual: enabled,
      running: 'active',
    }));
  },
});
