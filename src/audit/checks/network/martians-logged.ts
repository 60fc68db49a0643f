import { interfaceCheck } from '../../network-sysctl-check.ts';

export const martiansLogged = interfaceCheck(
  {
    id: 'network.martians-logged',
    title: 'packets with impossible sources are logged',
    why: 'They show that somebody forges addresses nearby; on a busy gossip port they may also fill the log, which is why validators go without.',
    severity: 'info',
    cadence: 'quarterly',
    expectations: { 'cis-l1': { want: 'log_martians 1', source: 'CIS Ubuntu 24.04 3.3.9' } },
    remediation:
      "echo 'net.ipv4.conf.all.log_martians = 1' >/etc/sysctl.d/60-martians.conf; /lib/systemd/systemd-sysctl",
  },
  [
    {
      family: 'ipv4',
      name: 'log_martians',
      expected: '1',
      combine: (own, all) => Number(own !== 0 || all !== 0),
      fits: (value) => value === 1,
      byFile: true,
    },
  ],
);
