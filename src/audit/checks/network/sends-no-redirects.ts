import { ofBoth } from '../../both-profiles.ts';
import { interfaceCheck } from '../../network-sysctl-check.ts';

export const sendsNoRedirects = interfaceCheck(
  {
    id: 'network.sends-no-redirects',
    title: 'a host that forwards does not redirect others',
    why: 'A validator is no router: a redirect it sends tells its neighbours a way that somebody else may have planned.',
    severity: 'low',
    cadence: 'monthly',
    expectations: ofBoth('send_redirects 0 where it forwards', 'CIS Ubuntu 24.04 3.3.2'),
    remediation:
      "echo 'net.ipv4.conf.all.send_redirects = 0' >/etc/sysctl.d/60-send-redirects.conf; echo 'net.ipv4.conf.*.send_redirects = 0' >>/etc/sysctl.d/60-send-redirects.conf; /lib/systemd/systemd-sysctl",
  },
  [
    {
      family: 'ipv4',
      name: 'send_redirects',
      expected: '0, or no forwarding',
      combine: (own, all, forwards) => (forwards && (own !== 0 || all !== 0) ? 1 : 0),
      fits: (value) => value === 0,
      byFile: false,
    },
  ],
);
