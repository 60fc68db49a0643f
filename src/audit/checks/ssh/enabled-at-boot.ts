import { sshUnit } from '../../../facts/ssh/unit.ts';
import { defineCheck } from '../../check.ts';
import { forSshd } from '../../ssh-check.ts';

const want = { want: 'the service or its socket enabled', source: 'systemctl(1)' };

export const enabledAtBoot = forSshd(
  defineCheck({
    id: 'ssh.enabled-at-boot',
    title: 'sshd comes back after a reboot, as it is configured now',
    why: 'A validator that reboots at night without sshd is lost until somebody reaches its console.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: { validator: want, 'cis-l1': want, 'ssh-audit': want },
    remediation: 'systemctl enable ssh; after a change of unit files: systemctl daemon-reload',
    needs: { unit: sshUnit },
    evaluate: ({ unit: { units } }, _policy, { name }) => {
      if (units === null) return [{ status: 'skip', subject: name, evidence: 'systemd does not run' }];
      const enabled = units.filter((one) => one.enabled === 'enabled' || one.enabled === 'alias');
      const states = units.map((one) => `${one.name} ${one.enabled || 'without unit file'}`).join(', ');
      return [
        {
          status: enabled.length > 0 ? 'pass' : 'fail',
          subject: 'sshd',
          expected: 'enabled',
          actual: states || 'no unit',
          running: units.map((one) => `${one.name} ${one.active}`).join(', '),
        },
        ...units
          .filter(({ needsReload }) => needsReload)
          .map((one) => ({
            status: 'fail' as const,
            subject: one.name,
            expected: 'unit files as systemd has read them',
            actual: 'changed since',
            ...(one.file === null ? {} : { file: one.file }),
          })),
      ];
    },
  }),
);
