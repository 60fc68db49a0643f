import { sysctlCheck } from '../../sysctl-check.ts';

export const perfRestricted = sysctlCheck(
  {
    id: 'kernel.perf-restricted',
    title: 'users may not measure the kernel',
    why: 'Performance counters tell what other processes compute, and their code has had flaws of its own.',
    severity: 'low',
    cadence: 'quarterly',
    expectations: { validator: { want: '2 or more', source: 'kernel docs: perf-security; Lynis KRNL-6000' } },
    remediation: 'echo kernel.perf_event_paranoid=2 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [{ name: 'kernel.perf_event_paranoid', expected: '2 or more', fits: (value) => value >= 2 }],
);
