import { networkLinks } from '../../../facts/network/links.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

export const noWireless = defineCheck({
  id: 'network.no-wireless',
  title: 'no wireless interface is up',
  why: 'A radio in a server is a way around every firewall in front of it.',
  severity: 'medium',
  cadence: 'quarterly',
  expectations: ofBoth('none', 'CIS Ubuntu 24.04 3.1.2'),
  remediation:
    'ip link set <INTERFACE> down; and keep its module from loading: echo "install <MODULE> /bin/false" >/etc/modprobe.d/wireless.conf',
  needs: { links: networkLinks },
  evaluate: ({ links: { interfaces } }, _policy, { name: host }) => {
    const found = interfaces.filter(({ wireless }) => wireless);
    if (found.length === 0) return [{ status: 'pass', subject: host, running: 'no wireless interface' }];
    return found.map(({ name, up }) => ({
      status: up ? 'fail' : 'pass',
      subject: name,
      expected: 'down',
      running: up ? 'up' : 'down',
    }));
  },
});
