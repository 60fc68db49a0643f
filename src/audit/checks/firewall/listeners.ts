import { firewallIptables } from '../../../facts/firewall/iptables.ts';
import { firewallSysctl } from '../../../facts/firewall/sysctl.ts';
import { firewallUfw } from '../../../facts/firewall/ufw.ts';
import { listeningSockets } from '../../../facts/listening/sockets.ts';
import { sshEffective } from '../../../facts/ssh/effective.ts';
import { sshUnit } from '../../../facts/ssh/unit.ts';
import { checkSockets } from '../../../firewall/check-sockets.ts';
import { firewallNft } from '../../../facts/firewall/nft.ts';
import { defineCheck } from '../../check.ts';

const nothing = { management: [], public: [], local: [], egressDeny: [] };

export const listeners = defineCheck({
  id: 'firewall.listeners',
  title: 'every listening socket is declared, and reached by those it is meant for',
  why: 'RPC and metrics that listen for everybody give away stake, peers and admin calls; what nobody declared may be an intruder.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'declared public, or on loopback', source: 'valops.yaml; agave docs: validator requirements' },
    'cis-l1': { want: 'a rule for every open port', source: 'CIS Ubuntu 24.04 4.2.6' },
  },
  remediation:
    'Have it listen on 127.0.0.1, or declare its port in valops.yaml under firewall.public; who holds it: ss -tulpn',
  needs: {
    sockets: listeningSockets,
    nft: firewallNft,
    ufw: firewallUfw,
    iptables: firewallIptables,
    sysctl: firewallSysctl,
  },
  maybe: { unit: sshUnit, effective: sshEffective },
  evaluate: (_facts, { firewall, ssh }, snapshot) => {
    const order = { policy: firewall ?? nothing, backend: undefined, prune: false, sshPort: ssh.port };
    const found = checkSockets(snapshot, snapshot.login, order);
    if (found.length === 0) return [{ status: 'pass', subject: snapshot.name, evidence: 'nothing listens' }];
    return found.map(({ id, status, message }) => ({
      status,
      subject: id.slice('listening '.length),
      running: message,
    }));
  },
});
