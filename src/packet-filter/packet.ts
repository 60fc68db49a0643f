import type { Ip } from '../lib/ip.ts';

/** The first packet of a connection between this host and a peer. */
export interface Packet {
  /** `in`: the peer opens it. */
  readonly way: 'in' | 'out';
  readonly family: 4 | 6;
  /** `elsewhere`: an address that no rule names. */
  readonly peer: Ip | 'elsewhere';
  /** Our address; null when it does not matter which. */
  readonly own: Ip | null;
  /** `tcp`, `udp`, `icmp` or `ipv6-icmp`. */
  readonly protocol: string;
  /** Port of whoever is connected to; null for ICMP. */
  readonly port: number | null;
  /** Type of an ICMP message. */
  readonly icmpType: number | null;
}

/** Name of the protocol whose echo requests ping a family. */
export function icmpOf(family: 4 | 6): 'icmp' | 'ipv6-icmp' {
  return family === 4 ? 'icmp' : 'ipv6-icmp';
}

/** Whether a packet never leaves this host. */
export function isLocal({ peer }: Packet): boolean {
  if (peer === 'elsewhere') return false;
  return peer.family === 4 ? peer.value >> 24n === 127n : peer.value === 1n;
}
