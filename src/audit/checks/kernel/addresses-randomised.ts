import { sysctlCheck } from '../../sysctl-check.ts';

export const addressesRandomised = sysctlCheck(
  {
    id: 'kernel.addresses-randomised',
    title: 'programs are loaded at random addresses',
    why: 'Without it an exploit that works once works everywhere, at the first try.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: {
      validator: { want: '2', source: 'kernel docs: sysctl/kernel, randomize_va_space' },
      'cis-l1': { want: '2', source: 'CIS Ubuntu 24.04 1.5.1' },
    },
    remediation: 'echo kernel.randomize_va_space=2 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [{ name: 'kernel.randomize_va_space', expected: '2', fits: (value) => value === 2 }],
);
