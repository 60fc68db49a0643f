import type { HostLogin, Snapshot } from '../core/fact.ts';
import { systemAddresses } from '../facts/system/addresses.ts';
import { ValopsError } from '../lib/errors.ts';
import { type Ip, parseIp } from '../lib/ip.ts';
import { echo } from '../policy/firewall/icmp.ts';
import type { FirewallPolicy } from '../policy/firewall/policy.ts';
import type { Decision } from '../packet-filter/decide.ts';
import { valueOf } from '../facts/value-of.ts';
import { icmpOf, type Packet } from '../packet-filter/packet.ts';
import { deciderOf } from '../packet-filter/running-tables.ts';
import { sshPorts } from './ssh-ports.ts';

/** What `firewall explain` was asked: `ADDRESS[:PORT[/PROTO]]`. */
export interface ExplainTarget {
  readonly ip: Ip;
  readonly address: string;
  readonly port: number | null;
  /** Given, or tcp where a port was given. */
  readonly protocol: 'tcp' | 'udp' | null;
}

/** One connection and what becomes of it. */
export interface Explanation extends Decision {
  /** `in`: the address connects to this host. `out`: this host connects to the address. */
  readonly way: 'in' | 'out';
  /** Who connects: the address, or `anybody` where the address is one of the host's own. */
  readonly peer: string;
  /** `9002/tcp`, `ping`. */
  readonly what: string;
}

/** Reads a target; IPv6 with a port stands in brackets. Throws USAGE. */
export function parseTarget(text: string): ExplainTarget {
  const bracketed = /^\[([^\]]+)\](?::(.+))?$/.exec(text);
  const plain = /^([^:]+)(?::(.+))?$/.exec(text);
  const [address = '', rest] = bracketed !== null ? bracketed.slice(1) : plain !== null ? plain.slice(1) : [text];
  const ip = parseIp(address);
  const service = rest === undefined ? null : /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(rest);
  const port = Number(service?.[1] ?? 0);
  if (ip === null || (rest !== undefined && (service === null || port < 1 || port > 65_535))) {
    throw new ValopsError('USAGE', `"${text}" is not ADDRESS[:PORT[/PROTO]]`, {
      hint: 'For example 203.0.113.9:9002, 203.0.113.9:9002/udp, or [2001:db8::9]:22.',
    });
  }
  if (service === null) return { ip, address, port: null, protocol: null };
  return { ip, address, port, protocol: service[2] === 'udp' ? 'udp' : 'tcp' };
}

/**
 * What the running rules do to connections from the address to the port of this host, and from this
 * host to the address. An address of the host itself is what anybody connects to. Without a port:
 * ping, SSH, and every declared port.
 */
export function explain(
  snapshot: Snapshot,
  login: HostLogin,
  policy: FirewallPolicy,
  target: ExplainTarget,
): readonly Explanation[] {
  const decided = deciderOf(snapshot);
  const own = (valueOf(snapshot, systemAddresses) ?? []).some(({ address, scope }) => {
    const one = parseIp(address);
    return scope !== 'host' && one !== null && one.family === target.ip.family && one.value === target.ip.value;
  });
  const ends = own ? ({ peer: 'elsewhere', own: target.ip } as const) : ({ peer: target.ip, own: null } as const);
  const { family } = target.ip;
  const make = (way: 'in' | 'out', protocol: string, port: number | null): Explanation => {
    const packet: Packet = { way, family, ...ends, protocol, port, icmpType: port === null ? echo[family] : null };
    const what = port === null ? 'ping' : `${port}/${protocol}`;
    return { way, peer: own ? 'anybody' : target.address, what, ...decided(packet) };
  };
  if (target.port !== null) {
    const protocol = target.protocol ?? 'tcp';
    return [make('in', protocol, target.port), ...(own ? [] : [make('out', protocol, target.port)])];
  }
  const ports = [
    ...sshPorts(snapshot, login).map((port) => ({ port, proto: 'tcp' })),
    ...policy.public,
    ...policy.local,
  ];
  const each = new Map(ports.map(({ port, proto }) => [`${port}/${proto}`, { port, proto }]));
  return [make('in', icmpOf(family), null), ...[...each.values()].map(({ port, proto }) => make('in', proto, port))];
}
