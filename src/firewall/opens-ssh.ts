import type { HostLogin, Snapshot } from '../core/fact.ts';
import { contains, parseIp } from '../lib/ip.ts';
import { ownTable } from './backends/nftables-text.ts';
import { decide } from './decide.ts';
import { valueOf } from './facts.ts';
import { readNftTables } from './nft-tables.ts';
import { type FirewallOrder, openSshPorts } from './plan.ts';
import { networksOf } from './ruleset.ts';
import { settledNft } from './settled-nft.ts';

/**
 * Whether this login's address will reach SSH on a port once the firewall is as ordered: our rules
 * open it, and no table of somebody else keeps it closed.
 */
export function opensSsh(snapshot: Snapshot, login: HostLogin, order: FirewallOrder, port: number): boolean {
  if (!openSshPorts(snapshot, login, order).includes(port)) return false;
  if (login.from === undefined) return true;
  const peer = parseIp(login.from.replace(/%.*$/, ''));
  if (peer === null || !networksOf(order.policy.management).some((network) => contains(network, peer))) return false;
  const nft = valueOf(snapshot, settledNft);
  // the chains of ufw are replaced by what is ordered
  const others = readNftTables(nft?.objects ?? []).filter(
    ({ name, chains }) => name !== ownTable && !chains.some((chain) => /^ufw6?-/.test(chain.name)),
  );
  const packet = { way: 'in', family: peer.family, peer, own: null, protocol: 'tcp', port, icmpType: null } as const;
  return decide(others, packet).verdict === 'accept';
}
