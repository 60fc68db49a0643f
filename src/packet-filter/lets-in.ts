import type { HostLogin } from '../core/fact.ts';
import { type Ip, parseIp } from '../lib/ip.ts';
import type { Decision } from './decide.ts';
import type { Packet } from './packet.ts';

/**
 * What becomes of a new TCP connection to a port of this host from the address of a login. A login
 * that is not by network tells of no address: then it is somebody whom no rule names, and both
 * families must let him in. `decided` is what the rules do to packets.
 */
export function letsIn(decided: (packet: Packet) => Decision, { from, to }: HostLogin, port: number): Decision {
  const make = (family: 4 | 6, peer: Ip | 'elsewhere', own: Ip | null): Decision =>
    decided({ way: 'in', family, peer, own, protocol: 'tcp', port, icmpType: null });
  if (from === undefined) {
    const [four, six] = [make(4, 'elsewhere', null), make(6, 'elsewhere', null)];
    return four.verdict === 'accept' ? six : four;
  }
  const peer = withoutScope(from);
  if (peer === null) return { verdict: 'unknown', where: 'facts', rule: `"${from}" is no address` };
  const own = to === undefined ? null : withoutScope(to.address);
  return make(peer.family, peer, own?.family === peer.family ? own : null);
}

/** sshd writes link-local addresses with their interface. */
function withoutScope(address: string): Ip | null {
  return parseIp(address.replace(/%.*$/, ''));
}
