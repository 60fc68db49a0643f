import { sysctlCheck } from '../../sysctl-check.ts';

export const noSetuidDumps = sysctlCheck(
  {
    id: 'kernel.no-setuid-dumps',
    title: 'programs with raised privileges dump no memory',
    why: 'Such a dump holds what only root may read, in a directory that a user chose.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: {
      validator: { want: '0, or 2: for root alone', source: 'kernel docs: sysctl/fs, suid_dumpable' },
      'cis-l1': { want: '0', source: 'CIS Ubuntu 24.04 1.5.3' },
    },
    remediation: 'echo fs.suid_dumpable=0 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [
    {
      name: 'fs.suid_dumpable',
      expected: '0; 2 for root alone',
      fits: (value, profile) => value === 0 || (value === 2 && profile === 'validator'),
    },
  ],
);
