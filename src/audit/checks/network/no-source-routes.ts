import { ofBoth } from '../../both-profiles.ts';
import { interfaceCheck } from '../../network-sysctl-check.ts';

export const noSourceRoutes = interfaceCheck(
  {
    id: 'network.no-source-routes',
    title: 'packets cannot choose their own way through the host',
    why: 'Source routing leads packets around the firewall, to addresses that only this host reaches.',
    severity: 'medium',
    cadence: 'monthly',
    expectations: ofBoth('accept_source_route 0', 'CIS Ubuntu 24.04 3.3.8'),
    remediation:
      "printf 'net.%s.conf.all.accept_source_route = 0\\n' ipv4 ipv6 >/etc/sysctl.d/60-source-route.conf; /lib/systemd/systemd-sysctl",
  },
  (['ipv4', 'ipv6'] as const).map((family) => ({
    family,
    name: 'accept_source_route',
    expected: '0',
    combine: (own: number, all: number) => Math.min(own, all),
    fits: (value: number) => value <= 0,
    byFile: false,
  })),
);
