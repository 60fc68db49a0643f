import { sysctlCheck } from '../../sysctl-check.ts';

export const bpfRestricted = sysctlCheck(
  {
    id: 'kernel.bpf-restricted',
    title: 'users may not load programs of their own into the kernel',
    why: 'The verifier of BPF programs has been the way from a user to root again and again.',
    severity: 'medium',
    cadence: 'monthly',
    expectations: { validator: { want: '1 or 2', source: 'kernel docs: sysctl/kernel, unprivileged_bpf_disabled' } },
    remediation: 'echo kernel.unprivileged_bpf_disabled=1 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [{ name: 'kernel.unprivileged_bpf_disabled', expected: '1 or 2', fits: (value) => value >= 1 }],
);
