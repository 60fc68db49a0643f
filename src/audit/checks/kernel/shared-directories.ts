import { sysctlCheck } from '../../sysctl-check.ts';

export const sharedDirectories = sysctlCheck(
  {
    id: 'kernel.shared-directories',
    title: 'links and files that others put into /tmp are not followed',
    why: 'Most holes of programs that write to /tmp as root are shut by these four settings.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: {
      validator: { want: 'links 1; files 1 or 2', source: 'kernel docs: sysctl/fs, protected_*; Lynis KRNL-6000' },
    },
    remediation:
      'printf fs.protected_%s\\\\n hardlinks=1 symlinks=1 fifos=1 regular=2 >/etc/sysctl.d/60-kernel.conf; sysctl --system',
  },
  [
    { name: 'fs.protected_hardlinks', expected: '1', fits: (value) => value === 1 },
    { name: 'fs.protected_symlinks', expected: '1', fits: (value) => value === 1 },
    { name: 'fs.protected_fifos', expected: '1 or 2', fits: (value) => value >= 1 },
    { name: 'fs.protected_regular', expected: '1 or 2', fits: (value) => value >= 1 },
  ],
);
