import type { Snapshot } from '../core/fact.ts';
import { firewallIptables } from '../facts/firewall/iptables.ts';
import { firewallNft } from '../facts/firewall/nft.ts';
import { firewallUfw } from '../facts/firewall/ufw.ts';
import { valueOf } from '../facts/value-of.ts';
import type { Decision } from './decide.ts';
import { decide } from './decide.ts';
import { readNftTables } from './nft-tables.ts';
import type { Packet } from './packet.ts';
import { hasUfwChains, withUfw } from './ufw-table.ts';

/** What `deciderOf` rests on. */
export const packetFilterFacts = [firewallNft, firewallUfw, firewallIptables] as const;

/** What the rules that run on a host do to packets. Unknown facts make every decision unknown. */
export function deciderOf(snapshot: Pick<Snapshot, 'facts'>): (packet: Packet) => Decision {
  const unknown = (rule: string) => (): Decision => ({ verdict: 'unknown', where: 'facts', rule });
  const [nft, ufw, iptables] = [
    valueOf(snapshot, firewallNft),
    valueOf(snapshot, firewallUfw),
    valueOf(snapshot, firewallIptables),
  ];
  if (nft === undefined) return unknown('the running ruleset is not known');
  if (iptables === undefined) return unknown('whether iptables has rules of its own is not known');
  const legacy = [iptables.legacy.ipv4, iptables.legacy.ipv6].some(
    ({ text }) => text === null || /^-A |^:\w+ DROP/m.test(text),
  );
  if (legacy) return unknown('legacy iptables has rules as well, which are not evaluated');
  if (nft === null) return unknown('nft is not installed: rules made by other tools cannot be seen');
  const tables = readNftTables(nft.objects);
  if (ufw === undefined) return unknown('whether ufw is active is not known');
  if (ufw?.active !== true) return (packet) => decide(tables, packet);
  if (!hasUfwChains(tables)) return unknown('ufw says that it is active, and none of its chains runs');
  const all = withUfw(tables, ufw);
  return (packet) => decide(all, packet);
}
