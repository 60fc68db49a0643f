import { sysctlCheck } from '../../sysctl-check.ts';

export const logRestricted = sysctlCheck(
  {
    id: 'kernel.log-restricted',
    title: 'only root reads the log of the kernel',
    why: 'The log of the kernel holds addresses and crash details that make the next exploit work.',
    severity: 'low',
    cadence: 'monthly',
    expectations: { validator: { want: '1', source: 'kernel docs: sysctl/kernel, dmesg_restrict; Lynis KRNL-6000' } },
    remediation: 'echo kernel.dmesg_restrict=1 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [{ name: 'kernel.dmesg_restrict', expected: '1', fits: (value) => value === 1 }],
);
