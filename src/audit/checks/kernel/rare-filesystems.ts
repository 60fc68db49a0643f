import { moduleCheck } from '../../module-check.ts';

export const rareFilesystems = moduleCheck(
  {
    id: 'kernel.rare-filesystems',
    title: 'rare file systems and USB storage are not in use',
    why: 'A prepared medium attacks the kernel that mounts it; a server in a rack mounts none.',
    severity: 'low',
    cadence: 'quarterly',
    expectations: {
      validator: { want: 'not loaded', source: 'CIS Ubuntu 24.04 1.1.1' },
      'cis-l1': { want: 'not loaded, and not loadable', source: 'CIS Ubuntu 24.04 1.1.1' },
    },
    remediation: 'modprobe -r <MODULE>; echo install <MODULE> /bin/false >/etc/modprobe.d/<MODULE>.conf',
  },
  ['cramfs', 'freevxfs', 'hfs', 'hfsplus', 'jffs2', 'usb-storage'],
);
