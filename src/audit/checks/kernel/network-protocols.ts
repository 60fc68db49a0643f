import { moduleCheck } from '../../module-check.ts';

export const networkProtocols = moduleCheck(
  {
    id: 'kernel.network-protocols',
    title: 'rare network protocols are not in use',
    why: 'Nobody reads their code but those who look for holes; some of them were loaded by a plain user opening a socket.',
    severity: 'low',
    cadence: 'monthly',
    expectations: {
      validator: { want: 'not loaded', source: 'CIS Ubuntu 24.04 3.2.1 to 3.2.4' },
      'cis-l1': { want: 'not loaded, and not loadable', source: 'CIS Ubuntu 24.04 3.2.1 to 3.2.4' },
    },
    remediation: 'modprobe -r <MODULE>; echo install <MODULE> /bin/false >/etc/modprobe.d/<MODULE>.conf',
  },
  ['dccp', 'tipc', 'rds', 'sctp'],
);
