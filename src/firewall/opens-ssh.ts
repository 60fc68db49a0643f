import type { HostLogin, Snapshot } from '../core/fact.ts';
import { contains, parseIp } from '../lib/ip.ts';
import { firewallNft } from '../facts/firewall/nft.ts';
import { ownTable } from './backends/nftables-text.ts';
import { decide } from '../packet-filter/decide.ts';
import { valueOf } from '../facts/value-of.ts';
import { letsIn } from '../packet-filter/lets-in.ts';
import { readNftTables } from '../packet-filter/nft-tables.ts';
import { type FirewallOrder, openSshPorts } from './plan.ts';
import { networksOf } from './ruleset.ts';

/**
 * Whether this login's address will reach SSH on a port once the firewall is as ordered: our rules
 * open it, and no table of somebody else keeps it closed.
 */
export function opensSsh(snapshot: Snapshot, login: HostLogin, order: FirewallOrder, port: number): boolean {
  if (!openSshPorts(snapshot, login, order).includes(port)) return false;
  if (login.from === undefined) return true;
  const peer = parseIp(login.from.replace(/%.*$/, ''));
  if (peer === null || !networksOf(order.policy.management).some((network) => contains(network, peer))) return false;
  const nft = valueOf(snapshot, firewallNft);
  // the chains of ufw are replaced by what is ordered
  const others = readNftTables(nft?.objects ?? []).filter(
    ({ name, chains }) => name !== ownTable && !chains.some((chain) => /^ufw6?-/.test(chain.name)),
  );
  return letsIn((packet) => decide(others, packet), login, port).verdict === 'accept';
}
