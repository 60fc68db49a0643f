import { sysctlCheck } from '../../sysctl-check.ts';

export const ptraceRestricted = sysctlCheck(
  {
    id: 'kernel.ptrace-restricted',
    title: 'a process cannot read the memory of another one of its user',
    why: 'The identity key lies in the memory of the validator: any other process of that user could read it from there.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: {
      validator: { want: '1 or more', source: 'kernel docs: Yama' },
      'cis-l1': { want: '1 or more', source: 'CIS Ubuntu 24.04 1.5.2' },
    },
    remediation: 'echo kernel.yama.ptrace_scope=1 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [{ name: 'kernel.yama.ptrace_scope', expected: '1 or more', fits: (value) => value >= 1, missing: 'fail' }],
);
