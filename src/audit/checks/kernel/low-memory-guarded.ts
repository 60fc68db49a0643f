import { sysctlCheck } from '../../sysctl-check.ts';

export const lowMemoryGuarded = sysctlCheck(
  {
    id: 'kernel.low-memory-guarded',
    title: 'programs may not map the lowest addresses',
    why: 'A null pointer in the kernel becomes code of the attacker, when he can put code at address null.',
    severity: 'low',
    cadence: 'quarterly',
    expectations: { validator: { want: 'at least 4096', source: 'kernel docs: sysctl/vm, mmap_min_addr' } },
    remediation: 'echo vm.mmap_min_addr=65536 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [{ name: 'vm.mmap_min_addr', expected: 'at least 4096', fits: (value) => value >= 4096 }],
);
