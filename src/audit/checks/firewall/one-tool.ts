import { firewallBoot } from '../../../facts/firewall/boot.ts';
import { firewallIptables } from '../../../facts/firewall/iptables.ts';
import { firewallUfw } from '../../../facts/firewall/ufw.ts';
import { firewallValops } from '../../../facts/firewall/valops.ts';
import { chooseBackend, otherTools } from '../../../firewall/active-backend.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { defineCheck } from '../../check.ts';

export const oneTool = defineCheck({
  id: 'firewall.one-tool',
  title: 'one tool sets up the firewall',
  why: 'Two tools undo each other: the one that comes last at boot decides what is open, and nobody knows which that is.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'nftables or ufw, not both', source: 'CIS Ubuntu 24.04 4.1.1' },
    'cis-l1': { want: 'a single firewall tool', source: 'CIS Ubuntu 24.04 4.1.1' },
  },
  remediation: 'Decide for one and turn the other off, for example: systemctl disable --now <UNIT>',
  needs: {
    nft: firewallNft,
    ufw: firewallUfw,
    iptables: firewallIptables,
    boot: firewallBoot,
    valops: firewallValops,
  },
  evaluate: (_facts, { firewall }, snapshot) => {
    const backend = chooseBackend(snapshot, firewall?.backend);
    if (backend === null)
      return [{ status: 'skip', subject: snapshot.name, evidence: 'neither nftables nor ufw is installed' }];
    const others = otherTools(snapshot, backend);
    if (others.length === 0) return [{ status: 'pass', subject: backend, actual: `${backend} alone` }];
    return others.map((tool) => ({
      status: 'fail',
      subject: tool,
      expected: `${backend} alone`,
      actual: `${tool} as well`,
    }));
  },
});
