import { ofBoth } from '../../both-profiles.ts';
import { interfaceCheck } from '../../network-sysctl-check.ts';

export const noRedirects = interfaceCheck(
  {
    id: 'network.no-redirects',
    title: 'nobody can redirect the traffic of the host',
    why: 'An ICMP redirect from the same network makes the host send its votes through a machine of somebody else.',
    severity: 'medium',
    cadence: 'weekly',
    expectations: ofBoth('accept_redirects 0', 'CIS Ubuntu 24.04 3.3.5; kernel docs: networking/ip-sysctl'),
    remediation:
      "printf 'net.%s.conf.*.accept_redirects = 0\\n' ipv4 ipv6 >/etc/sysctl.d/60-redirects.conf; printf 'net.%s.conf.all.accept_redirects = 0\\n' ipv4 ipv6 >>/etc/sysctl.d/60-redirects.conf; /lib/systemd/systemd-sysctl",
  },
  [
    {
      family: 'ipv4',
      name: 'accept_redirects',
      expected: '0',
      combine: (own, all, forwards) => Number(forwards ? own !== 0 && all !== 0 : own !== 0 || all !== 0),
      fits: (value) => value === 0,
      byFile: true,
    },
    {
      family: 'ipv6',
      name: 'accept_redirects',
      expected: '0',
      combine: (own, _all, forwards) => (forwards ? 0 : own),
      fits: (value) => value === 0,
      byFile: true,
    },
  ],
);
