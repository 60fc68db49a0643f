import { firewallIptables } from '../../../facts/firewall/iptables.ts';
import { firewallSysctl } from '../../../facts/firewall/sysctl.ts';
import { firewallUfw } from '../../../facts/firewall/ufw.ts';
import { listeningSockets } from '../../../facts/listening/sockets.ts';
import { deciderOf } from '../../../packet-filter/running-tables.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

/** Ports to try, of which none should ever be in use: tcpmux, discard, and reserved ones. */
const candidates = [1, 9, 1023, 49_151, 65_535];

export const incomingDenied = defineCheck({
  id: 'firewall.incoming-denied',
  title: 'what nobody allowed does not come in, over IPv4 and IPv6',
  why: 'Every service that is started by mistake, an RPC port above all, is open to the whole Internet without it.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'dropped or rejected', source: 'CIS Ubuntu 24.04 4.2.7, 4.3.8' },
    'cis-l1': { want: 'dropped or rejected', source: 'CIS Ubuntu 24.04 4.2.7, 4.3.8' },
  },
  remediation:
    'Declare firewall in valops.yaml, then: valops firewall plan --host <HOST>; valops firewall apply --host <HOST>',
  fix: 'firewall',
  needs: {
    nft: firewallNft,
    ufw: firewallUfw,
    iptables: firewallIptables,
    sysctl: firewallSysctl,
    sockets: listeningSockets,
  },
  evaluate: ({ sysctl, sockets }, { firewall }, snapshot) => {
    const taken = new Set([...sockets, ...(firewall?.public ?? [])].map(({ port }) => port));
    const port = candidates.find((one) => !taken.has(one)) ?? 1;
    const decide = deciderOf(snapshot);
    return ([4, 6] as const).map((family): Judgement => {
      const subject = `IPv${family}`;
      if (family === 6 && (sysctl['net.ipv6.conf.all.disable_ipv6'] ?? '1') === '1')
        return { status: 'skip', subject, evidence: 'IPv6 is off' };
      const { verdict, where, rule } = decide({
        way: 'in',
        family,
        peer: 'elsewhere',
        own: null,
        protocol: 'tcp',
        port,
        icmpType: null,
      });
      const evidence = `a connection from anywhere to ${port}/tcp: ${where}: ${rule}`;
      if (verdict === 'unknown') return { status: 'unknown', subject, evidence };
      return {
        status: verdict === 'accept' ? 'fail' : 'pass',
        subject,
        expected: 'dropped or rejected',
        running: verdict === 'accept' ? 'accepted' : verdict,
        evidence,
      };
    });
  },
});
