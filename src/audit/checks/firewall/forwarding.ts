import { firewallDocker } from '../../../facts/firewall/docker.ts';
import { firewallSysctl } from '../../../facts/firewall/sysctl.ts';
import { checkFirewall } from '../../../firewall/check.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { defineCheck } from '../../check.ts';

const nothing = { management: [], public: [], local: [], egressDeny: [] };

export const forwarding = defineCheck({
  id: 'firewall.forwarding',
  title: 'the host routes no packets for others, or filters those it routes',
  why: 'A validator that routes is a way into the networks behind it, and into its own containers.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'off, or filtered: containers need it', source: 'valops' },
    'cis-l1': { want: 'off', source: 'CIS Ubuntu 24.04 3.3.1' },
  },
  remediation: 'sysctl -w net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0, and the same in /etc/sysctl.d',
  needs: { nft: firewallNft, sysctl: firewallSysctl },
  maybe: { docker: firewallDocker },
  evaluate: ({ sysctl }, { profile, firewall }, snapshot) => {
    const names = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'] as const;
    const order = { policy: firewall ?? nothing, backend: undefined, prune: false, sshPort: undefined };
    const open = checkFirewall(snapshot, snapshot.login, order).some(({ id }) => id === 'forwarding');
    return names.map((name) => {
      const value = sysctl[name];
      if (value === null) return { status: 'skip', subject: name, evidence: 'this kernel has no such setting' };
      const on = value !== '0';
      const common = { subject: name, running: value };
      if (profile === 'cis-l1') return { ...common, status: on ? 'fail' : 'pass', expected: '0' };
      return {
        ...common,
        status: on && open ? 'fail' : 'pass',
        expected: '0, or filtered',
        ...(on
          ? { evidence: open ? 'no table filters what is routed' : 'a table drops what is routed by default' }
          : {}),
      };
    });
  },
});
