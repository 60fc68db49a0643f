import { interfaceCheck } from '../../network-sysctl-check.ts';

export const noRouterAdvertisements = interfaceCheck(
  {
    id: 'network.no-router-advertisements',
    title: 'routers on the network do not configure the host',
    why: 'Any machine on the same network can name itself the router of the host; but many hosters announce the only IPv6 route that way.',
    severity: 'low',
    cadence: 'quarterly',
    expectations: { 'cis-l1': { want: 'accept_ra 0', source: 'CIS Ubuntu 24.04 3.3.11' } },
    remediation:
      "Give the host a static route first; then: echo 'net.ipv6.conf.*.accept_ra = 0' >/etc/sysctl.d/60-ra.conf; /lib/systemd/systemd-sysctl",
  },
  [
    {
      family: 'ipv6',
      name: 'accept_ra',
      expected: '0',
      combine: (own, _all, forwards) => (forwards && own === 1 ? 0 : own),
      fits: (value) => value === 0,
      byFile: true,
    },
  ],
);
