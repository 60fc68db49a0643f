import { sysctlCheck } from '../../sysctl-check.ts';

export const sysrqLimited = sysctlCheck(
  {
    id: 'kernel.sysrq-limited',
    title: 'the console cannot kill or dump processes by SysRq',
    why: 'A remote console is often weaker than SSH; by SysRq it ends processes and writes memory to the log without any login.',
    severity: 'low',
    cadence: 'quarterly',
    expectations: { validator: { want: '0, or without debug (8) and signals (64)', source: 'kernel docs: sysrq' } },
    remediation: 'echo kernel.sysrq=176 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [
    {
      name: 'kernel.sysrq',
      expected: '0, or without debug (8) and signals (64)',
      fits: (value) => value !== 1 && (value & 0x48) === 0,
    },
  ],
);
