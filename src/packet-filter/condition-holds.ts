import { contains, type Ip, parseNetwork } from '../lib/ip.ts';
import { isLocal, type Packet } from './packet.ts';
import type { Condition, PortRange } from './rule.ts';

/** Whether something holds for a packet; `unknown` when it is not understood or not given. */
export type Holds = 'yes' | 'no' | 'unknown';

/**
 * Whether a condition holds for the first packet of a connection: its state is new, no rate is
 * exceeded yet, and it comes from a port that no service has (RFC 6335: 1024 and above).
 */
export function conditionHolds(condition: Condition, packet: Packet): Holds {
  switch (condition.on) {
    case 'interface':
      return onInterface(condition.way, condition.names, packet);
    case 'state':
      return yesOrNo(condition.states.includes('new'));
    case 'family':
      return yesOrNo(condition.family === packet.family);
    case 'source':
      return inNetworks(packet.way === 'in' ? packet.peer : packet.own, condition.networks, packet.family);
    case 'destination':
      return inNetworks(packet.way === 'in' ? packet.own : packet.peer, condition.networks, packet.family);
    case 'protocol':
      return yesOrNo(condition.names.some((name) => protocolNumber(name) === protocolNumber(packet.protocol)));
    case 'port':
      if (packet.protocol !== condition.proto || packet.port === null) return 'no';
      return yesOrNo(
        condition.ranges.some(([first, last]) => first <= (packet.port ?? -1) && (packet.port ?? -1) <= last),
      );
    case 'source-port':
      return packet.protocol === condition.proto ? fromPort(condition.ranges) : 'no';
    case 'icmp':
      return yesOrNo(
        packet.family === condition.family && packet.icmpType !== null && condition.types.includes(packet.icmpType),
      );
    case 'limit':
      return yesOrNo(!condition.over);
    case 'not': {
      const holds = conditionHolds(condition.condition, packet);
      if (holds === 'unknown') return holds;
      // "!=" on a field of another family or protocol matches nothing, no more than "==" does
      return yesOrNo(holds === 'no' && isAbout(condition.condition, packet));
    }
    case 'unknown':
      return 'unknown';
  }
}

function isAbout(condition: Condition, packet: Packet): boolean {
  switch (condition.on) {
    case 'source':
    case 'destination':
      return condition.networks.some((text) => parseNetwork(text)?.family === packet.family);
    case 'port':
    case 'source-port':
      return condition.proto === packet.protocol;
    case 'icmp':
      return condition.family === packet.family && packet.icmpType !== null;
    case 'interface':
    case 'state':
    case 'family':
    case 'protocol':
    case 'limit':
    case 'not':
    case 'unknown':
      return true;
  }
}

function onInterface(way: 'in' | 'out', names: readonly string[], packet: Packet): Holds {
  if (way !== packet.way) return 'no';
  const local = names.includes('lo');
  if (isLocal(packet)) return yesOrNo(local);
  return names.every((name) => name === 'lo') ? 'no' : 'unknown';
}

function inNetworks(address: Ip | 'elsewhere' | null, texts: readonly string[], family: 4 | 6): Holds {
  const networks = texts.map(parseNetwork).filter((network) => network?.family === family);
  if (networks.some((network) => network?.length === 0)) return 'yes';
  if (networks.length === 0) return 'no';
  if (address === null) return 'unknown';
  if (address === 'elsewhere') return 'no';
  return yesOrNo(networks.some((network) => network != null && contains(network, address)));
}

function fromPort(ranges: readonly PortRange[]): Holds {
  if (ranges.every(([, last]) => last < 1024)) return 'no';
  return ranges.some(([first, last]) => first <= 1024 && last === 65_535) ? 'yes' : 'unknown';
}

const numbers: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  'ipv6-icmp': 58,
  icmpv6: 58,
  ipv6: 41,
  sctp: 132,
  esp: 50,
  ah: 51,
};

function protocolNumber(name: string): number | string {
  return numbers[name] ?? (/^\d+$/.test(name) ? Number(name) : name);
}

function yesOrNo(is: boolean): Holds {
  return is ? 'yes' : 'no';
}
