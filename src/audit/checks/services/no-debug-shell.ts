import { servicesUnits } from '../../../facts/services/units.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'neither runs nor starts at boot', source: 'systemd-debug-generator(8); systemctl(1)' };

export const noDebugShell = defineCheck({
  id: 'services.no-debug-shell',
  title: 'no root shell waits on a console without a password',
  why: 'debug-shell.service gives root to whoever reaches the console, and consoles of rented hosts are web pages.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'systemctl disable --now debug-shell.service; look for systemd.debug_shell in /proc/cmdline',
  needs: { units: servicesUnits },
  evaluate: ({ units }) => {
    const subject = 'debug-shell.service';
    const unit = units.find(({ name }) => name === subject);
    const common = { subject, expected: 'not there, or stopped and disabled' };
    if (unit === undefined) return [{ ...common, status: 'pass', running: 'not loaded' }];
    const { active, enabled, load, file } = unit;
    const waits =
      load !== 'masked' && (active === 'active' || active === 'activating' || enabled.startsWith('enabled'));
    return [
      {
        ...common,
        status: waits ? 'fail' : 'pass',
        actual: enabled || 'no unit file',
        running: active,
        ...(file === null ? {} : { file }),
      },
    ];
  },
});
