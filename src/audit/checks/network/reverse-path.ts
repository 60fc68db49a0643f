import { ofBoth } from '../../both-profiles.ts';
import { interfaceCheck } from '../../network-sysctl-check.ts';

export const reversePath = interfaceCheck(
  {
    id: 'network.reverse-path',
    title: 'packets with a forged source are dropped',
    why: 'Rules that let a management network in are worth little where any packet may say it comes from there.',
    severity: 'low',
    cadence: 'weekly',
    expectations: ofBoth(
      'rp_filter 1, or 2 with several ways out',
      'CIS Ubuntu 24.04 3.3.7; RFC 3704; kernel docs: networking/ip-sysctl',
    ),
    remediation: "echo 'net.ipv4.conf.all.rp_filter = 2' >/etc/sysctl.d/60-rp-filter.conf; /lib/systemd/systemd-sysctl",
  },
  [
    {
      family: 'ipv4',
      name: 'rp_filter',
      expected: '1 or 2',
      combine: (own, all) => Math.max(own, all),
      fits: (value) => value >= 1,
      byFile: true,
    },
  ],
);
