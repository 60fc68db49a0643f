import { kernelSecurity } from '../../../facts/kernel/security.ts';
import { systemInit } from '../../../facts/system/init.ts';
import { defineCheck } from '../../check.ts';
import { containerOf } from '../../containers.ts';

export const lockdown = defineCheck({
  id: 'kernel.lockdown',
  title: 'where Secure Boot is on, the kernel does not let root change it',
  why: 'Secure Boot that ends when the kernel runs protects nothing: root writes into the kernel, and stays.',
  severity: 'low',
  cadence: 'quarterly',
  expectations: { validator: { want: 'integrity or confidentiality', source: 'kernel_lockdown(7)' } },
  remediation: 'Add lockdown=integrity to GRUB_CMDLINE_LINUX in /etc/default/grub; update-grub; reboot',
  needs: { security: kernelSecurity, init: systemInit },
  evaluate: ({ security: { secureBoot, lockdown: mode }, init }, _policy, { name: host }) => {
    const container = containerOf(init);
    if (container !== undefined)
      return [{ status: 'skip', subject: host, evidence: `a container (${container}): the kernel is its machine's` }];
    if (secureBoot !== true)
      return [
        { status: 'skip', subject: host, evidence: secureBoot === null ? 'no EFI is seen' : 'Secure Boot is off' },
      ];
    if (mode === null) return [{ status: 'unknown', subject: 'lockdown', evidence: 'the kernel does not tell' }];
    return [
      {
        status: mode === 'none' ? 'fail' : 'pass',
        subject: 'lockdown',
        expected: 'integrity or confidentiality',
        running: mode,
      },
    ];
  },
});
