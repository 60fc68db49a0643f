import { sysctlCheck } from '../../sysctl-check.ts';

export const pointersHidden = sysctlCheck(
  {
    id: 'kernel.pointers-hidden',
    title: 'addresses of the kernel are hidden from users',
    why: 'An exploit of the kernel needs to know where the kernel lies; this setting is all that keeps it from being told.',
    severity: 'low',
    cadence: 'monthly',
    expectations: {
      validator: { want: '1 or 2', source: 'kernel docs: sysctl/kernel, kptr_restrict; Lynis KRNL-6000' },
    },
    remediation: 'echo kernel.kptr_restrict=1 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [{ name: 'kernel.kptr_restrict', expected: '1 or 2', fits: (value) => value >= 1, byFile: true }],
);
