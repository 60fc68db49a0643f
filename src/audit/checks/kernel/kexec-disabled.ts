import { sysctlCheck } from '../../sysctl-check.ts';

export const kexecDisabled = sysctlCheck(
  {
    id: 'kernel.kexec-disabled',
    title: 'nobody replaces the running kernel',
    why: 'kexec starts another kernel without a reboot that anybody sees, past Secure Boot and past every log.',
    severity: 'low',
    cadence: 'quarterly',
    expectations: { validator: { want: '1', source: 'kernel docs: sysctl/kernel, kexec_load_disabled' } },
    remediation:
      'echo kernel.kexec_load_disabled=1 >/etc/sysctl.d/60-kernel.conf; sysctl --system (kdump loads its kernel before that)',
  },
  [{ name: 'kernel.kexec_load_disabled', expected: '1', fits: (value) => value === 1, byFile: true }],
);
