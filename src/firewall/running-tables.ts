import type { Snapshot } from '../core/fact.ts';
import { firewallIptables } from '../facts/firewall/iptables.ts';
import { firewallUfw } from '../facts/firewall/ufw.ts';
import type { Decision } from './decide.ts';
import { decide } from './decide.ts';
import { valueOf } from './facts.ts';
import { readNftTables } from './nft-tables.ts';
import type { Packet } from './packet.ts';
import { settledNft } from './settled-nft.ts';
import { withUfw } from './ufw-table.ts';

/** What the rules that run on a host do to packets. Unknown facts make every decision unknown. */
export function deciderOf(snapshot: Snapshot): (packet: Packet) => Decision {
  const unknown = (rule: string) => (): Decision => ({ verdict: 'unknown', where: 'facts', rule });
  const [nft, ufw, iptables] = [
    valueOf(snapshot, settledNft),
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
  const all = ufw?.active === true ? withUfw(tables, ufw) : tables;
  return (packet) => decide(all, packet);
}
