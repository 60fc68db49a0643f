import { firewallDocker } from '../../../facts/firewall/docker.ts';
import { firewallSysctl } from '../../../facts/firewall/sysctl.ts';
import { checkFirewall } from '../../../firewall/check.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { defineCheck } from '../../check.ts';

const nothing = { management: [], public: [], local: [], egressDeny: [] };

export const noBypass = defineCheck({
  id: 'firewall.no-bypass',
  title: 'no packet gets around the rules for what comes in',
  why: 'Docker and redirecting tables take packets before any rule of the input sees them: a closed port is open all the same.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: {
      want: 'no redirection, no port published past the firewall',
      source: 'nft(8); Docker docs: packet filtering',
    },
    'cis-l1': { want: 'no port without a rule of the firewall', source: 'CIS Ubuntu 24.04 4.2.6' },
  },
  remediation:
    'Publish on loopback only (docker run -p 127.0.0.1:<PORT>:<PORT> …), or remove the table: nft delete table <FAMILY> <NAME>',
  needs: { nft: firewallNft, docker: firewallDocker, sysctl: firewallSysctl },
  evaluate: (_facts, { firewall }, snapshot) => {
    const order = { policy: firewall ?? nothing, backend: undefined, prune: false, sshPort: undefined };
    const found = checkFirewall(snapshot, snapshot.login, order)
      .filter(({ id }) => id.startsWith('bypass '))
      .map(({ id, status, message }) => ({ status, subject: id.slice('bypass '.length), evidence: message }));
    if (found.length > 0) return found;
    return [
      { status: 'pass', subject: snapshot.name, evidence: 'no table redirects packets, and docker does not run' },
    ];
  },
});
