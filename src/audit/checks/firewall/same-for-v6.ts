import { firewallIptables } from '../../../facts/firewall/iptables.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { firewallSysctl } from '../../../facts/firewall/sysctl.ts';
import { firewallUfw } from '../../../facts/firewall/ufw.ts';
import { listeningSockets } from '../../../facts/listening/sockets.ts';
import { parseIp } from '../../../lib/ip.ts';
import { deciderOf } from '../../../packet-filter/running-tables.ts';
import { defineCheck } from '../../check.ts';
import type { Judgement } from '../../finding.ts';

const want = { want: 'the same answer over IPv4 and IPv6', source: 'CIS Ubuntu 24.04 4.2.7, 4.3.8' };

export const sameForV6 = defineCheck({
  id: 'firewall.same-for-v6',
  title: 'ports that listen for everybody are filtered alike over IPv4 and IPv6',
  why: 'Rules are written for IPv4 and tested over IPv4; a port that is closed there and open over IPv6 is open.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Declare firewall in valops.yaml, whose rules are for both: valops firewall plan --host <HOST>',
  fix: 'firewall',
  needs: {
    nft: firewallNft,
    ufw: firewallUfw,
    iptables: firewallIptables,
    sysctl: firewallSysctl,
    sockets: listeningSockets,
  },
  evaluate: ({ sysctl, sockets }, _policy, snapshot) => {
    const skip = (evidence: string): readonly Judgement[] => [{ status: 'skip', subject: snapshot.name, evidence }];
    if ((sysctl['net.ipv6.conf.all.disable_ipv6'] ?? '1') === '1') return skip('IPv6 is off');
    const isWild = (address: string): boolean => parseIp(address)?.value === 0n;
    const ports = new Map(
      sockets
        .filter(({ address }) => isWild(address))
        .map(({ protocol, port }) => [`${port}/${protocol}`, { protocol, port }] as const),
    );
    if (ports.size === 0) return skip('nothing listens on every address');
    const decide = deciderOf(snapshot);
    return [...ports].map(([subject, { protocol, port }]): Judgement => {
      const [four, six] = ([4, 6] as const).map((family) =>
        decide({ way: 'in', family, peer: 'elsewhere', own: null, protocol, port, icmpType: null }),
      );
      const running = `IPv4 ${four?.verdict ?? ''}, IPv6 ${six?.verdict ?? ''}`;
      const isOpen = [four, six].map((one) => one?.verdict === 'accept');
      if (four?.verdict === 'unknown' || six?.verdict === 'unknown')
        return { status: 'unknown', subject, evidence: `${four?.rule ?? ''}; ${six?.rule ?? ''}` };
      return {
        status: isOpen[0] === isOpen[1] ? 'pass' : 'fail',
        subject,
        expected: 'the same over both',
        running,
        evidence: `IPv4: ${four?.where ?? ''}: ${four?.rule ?? ''}; IPv6: ${six?.where ?? ''}: ${six?.rule ?? ''}`,
      };
    });
  },
});
