import type { Interface } from '../../core/machine.ts';
import { formatAddress6 } from './ip6.ts';

const hostScope = '10';

/** Parses /proc/net/if_inet6: address, index, prefix length, scope, flags (all hex), interface. */
export function parseInterfaces6(text: string): readonly Interface[] {
  return text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .flatMap(([address, , , scope, , name]) =>
      address === undefined || name === undefined
        ? []
        : [{ name, address: formatAddress6(address), internal: scope === hostScope }],
    );
}
