import type { Route } from '../../core/machine.ts';
import { formatAddress6 } from './ip6.ts';

/** Flags of <linux/route.h> and <linux/ipv6_route.h>. */
const flag = { up: 0x1, reject: 0x200, anycast: 0x100000, local: 0x80000000 } as const;

/**
 * Parses /proc/net/route (the main table): interface, destination, gateway, flags, …, mask.
 * Addresses are hex in the byte order of the machine, little-endian on every platform of ours.
 * Left out: loopback, and routes which refuse (`unreachable`, `prohibit`, `blackhole`).
 */
export function parseRoutes4(text: string): readonly Route[] {
  return rows(text)
    .slice(1)
    .flatMap((columns): Route[] => {
      const [name, destination, , flags, , , , mask] = columns;
      if (name === undefined || destination === undefined || flags === undefined || mask === undefined) {
        throw new Error(`unexpected line in /proc/net/route: "${columns.join(' ')}"`);
      }
      if (!leaves(name, Number.parseInt(flags, 16))) return [];
      return [{ family: 4, interface: name, destination: `${address4(destination)}/${ones(mask)}` }];
    });
}

/**
 * Parses /proc/net/ipv6_route: destination, prefix length, source, its length, next hop, metric,
 * references, use, flags, interface. Left out besides those of `parseRoutes4`: multicast
 * (ff00::/8), link-local (fe80::/10) and the machine's own addresses, which every interface has.
 */
export function parseRoutes6(text: string): readonly Route[] {
  return rows(text).flatMap((columns): Route[] => {
    const [destination, length, , , , , , , flags, name] = columns;
    if (name === undefined || destination === undefined || length === undefined || flags === undefined) {
      throw new Error(`unexpected line in /proc/net/ipv6_route: "${columns.join(' ')}"`);
    }
    const bits = Number.parseInt(flags, 16);
    if (!leaves(name, bits) || (bits & (flag.local | flag.anycast)) !== 0) return [];
    if (/^ff/i.test(destination) || /^fe[89ab]/i.test(destination)) return [];
    return [
      { family: 6, interface: name, destination: `${formatAddress6(destination)}/${Number.parseInt(length, 16)}` },
    ];
  });
}

function leaves(name: string, flags: number): boolean {
  // A blackhole of IPv4 has no flag of its own, only no interface: `*`.
  return name !== 'lo' && name !== '*' && (flags & flag.up) !== 0 && (flags & flag.reject) === 0;
}

function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/));
}

function address4(hex: string): string {
  return (hex.match(/../g) ?? [])
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join('.');
}

function ones(hex: string): number {
  return [...Number.parseInt(hex, 16).toString(2)].filter((bit) => bit === '1').length;
}
