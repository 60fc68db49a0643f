import type { HostLogin, Snapshot } from '../core/fact.ts';
import { firewallSysctl } from '../facts/firewall/sysctl.ts';
import { listeningSockets } from '../facts/listening/sockets.ts';
import type { ListeningSocket } from '../facts/listening-socket.ts';
import { parseIp } from '../lib/ip.ts';
import { describePort } from '../policy/firewall/policy.ts';
import { valueOf } from '../facts/value-of.ts';
import type { FirewallFinding } from './finding.ts';
import { type FirewallOrder, openSshPorts } from './plan.ts';
import { deciderOf } from '../packet-filter/running-tables.ts';
import { networksOf } from './ruleset.ts';
import { isLoopback } from './ssh-ports.ts';

/** Clients that must listen for answers, by protocol and port: DHCP and DHCPv6. */
const clients = ['udp 68', 'udp 546'];

/**
 * Judges every listening socket by what its port is declared to be, and by whether anybody reaches it
 * through the rules that run. A local port on any other address than loopback fails, whatever the
 * rules say: the next mistake in them would open it.
 */
export function checkSockets(snapshot: Snapshot, login: HostLogin, order: FirewallOrder): readonly FirewallFinding[] {
  const sockets = valueOf(snapshot, listeningSockets);
  if (sockets === undefined) return [];
  const ssh = openSshPorts(snapshot, login, order);
  const judged = sockets.map((socket) => judge(socket, ssh, snapshot, order));
  const silent = order.policy.public
    .filter((one) => !sockets.some(({ protocol, port }) => protocol === one.proto && port === one.port))
    .map((one): FirewallFinding => ({
      id: `listening ${describePort(one)}`,
      status: 'skip',
      message: 'declared public, and nothing listens',
    }));
  return [...judged, ...silent];
}

function judge(
  socket: ListeningSocket,
  ssh: readonly number[],
  snapshot: Snapshot,
  { policy }: FirewallOrder,
): FirewallFinding {
  const { protocol, port, address } = socket;
  const by = socket.processes.length === 0 ? '' : ` (${socket.processes.join(', ')})`;
  const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  const finding = (status: FirewallFinding['status'], message: string): FirewallFinding => ({
    id: `listening ${where}/${protocol}${by}`,
    status,
    message,
  });
  const declared = (list: typeof policy.public): boolean =>
    list.some((one) => one.port === port && one.proto === protocol);

  if (isLoopback(address)) return finding('pass', 'on loopback');
  if (declared(policy.local)) return finding('fail', 'declared local only, and listens on other than loopback');
  const reach = reachOf(socket, snapshot);
  if (declared(policy.public)) {
    return reach === 'open'
      ? finding('pass', 'declared public')
      : finding(
          reach === 'unknown' ? 'unknown' : 'fail',
          `declared public, and the rules that run ${reach === 'unknown' ? 'are not understood' : 'keep it closed'}`,
        );
  }
  if (reach === 'unknown') return finding('unknown', 'whether anybody reaches it is not known');
  if (protocol === 'tcp' && ssh.includes(port)) {
    const anybody = networksOf(policy.management).some(({ length }) => length === 0);
    return reach === 'open' && !anybody
      ? finding('fail', 'SSH is open to anybody, not to the management sources only')
      : finding('pass', 'SSH, for the management sources');
  }
  if (clients.includes(`${protocol} ${port}`)) return finding('pass', 'a DHCP client');
  return finding(
    'fail',
    reach === 'open' ? 'open to anybody, and not declared' : 'not declared: public, or local and then on loopback',
  );
}

/** Whether somebody that no rule names reaches a socket, over IPv4 or IPv6. */
function reachOf(socket: ListeningSocket, snapshot: Snapshot): 'open' | 'closed' | 'unknown' {
  const decide = deciderOf(snapshot);
  const ip = parseIp(socket.address);
  if (ip === null) return 'unknown';
  const wild = ip.value === 0n;
  const off = valueOf(snapshot, firewallSysctl)?.['net.ipv6.conf.all.disable_ipv6'] === '1';
  const families = ([4, 6] as const).filter(
    (family) => (family === ip.family && !(family === 6 && off)) || (family === 4 && wild && socket.dual),
  );
  const verdicts = families.map((family) => {
    const own = wild ? null : ip;
    return decide({
      way: 'in',
      family,
      peer: 'elsewhere',
      own,
      protocol: socket.protocol,
      port: socket.port,
      icmpType: null,
    }).verdict;
  });
  if (verdicts.includes('unknown')) return 'unknown';
  return verdicts.includes('accept') ? 'open' : 'closed';
}
