import type { Snapshot } from '../core/fact.ts';
import { firewallBoot } from '../facts/firewall/boot.ts';
import { firewallIptables } from '../facts/firewall/iptables.ts';
import { firewallUfw } from '../facts/firewall/ufw.ts';
import { firewallValops } from '../facts/firewall/valops.ts';
import { ownTable } from './backends/nftables-text.ts';
import { valueOf } from '../facts/value-of.ts';
import { readNftTables } from '../packet-filter/nft-tables.ts';
import { firewallNft } from '../facts/firewall/nft.ts';

export type BackendName = 'nftables' | 'ufw';

/** Whether the tool of a backend is there. */
export function isInstalled(snapshot: Snapshot, backend: BackendName): boolean {
  return (backend === 'nftables' ? valueOf(snapshot, firewallNft) : valueOf(snapshot, firewallUfw)) != null;
}

/**
 * The backend to use: the one asked for, else the one at work on the host, else nftables, else ufw.
 * Null when neither is installed.
 */
export function chooseBackend(snapshot: Snapshot, wanted: BackendName | undefined): BackendName | null {
  if (wanted !== undefined) return wanted;
  if (isUsed(snapshot, 'nftables')) return 'nftables';
  if (isUsed(snapshot, 'ufw')) return 'ufw';
  return (['nftables', 'ufw'] as const).find((one) => isInstalled(snapshot, one)) ?? null;
}

/** Whether a backend has rules at work now, or would have after a boot. */
export function isUsed(snapshot: Snapshot, backend: BackendName): boolean {
  if (backend === 'ufw') {
    const ufw = valueOf(snapshot, firewallUfw);
    return ufw != null && (ufw.active || ufw.enabled);
  }
  const tables = readNftTables(valueOf(snapshot, firewallNft)?.objects ?? []);
  return tables.some(({ name }) => name === ownTable) || valueOf(snapshot, firewallValops)?.rules != null;
}

/** Tools besides the backend that set up a packet filter, now or at boot. Docker is shown elsewhere. */
export function otherTools(snapshot: Snapshot, backend: BackendName): readonly string[] {
  const other = backend === 'nftables' ? 'ufw' : 'nftables';
  const units = valueOf(snapshot, firewallBoot)?.units ?? [];
  const rivals = ['netfilter-persistent.service', 'firewalld.service', 'shorewall.service', 'ferm.service'];
  // nftables.service begins with "flush ruleset" as Debian ships it: the rules of ufw would be gone
  if (backend === 'ufw') rivals.push('nftables.service');
  const { legacy } = valueOf(snapshot, firewallIptables) ?? {};
  const hidden = [legacy?.ipv4, legacy?.ipv6].some(
    (one) => one !== undefined && (one.text === null || /^-A |^:\w+ DROP/m.test(one.text)),
  );
  return [
    ...(isUsed(snapshot, other) ? [other === 'ufw' ? 'ufw' : `the nftables table ${ownTable}`] : []),
    ...units
      .filter(({ name, enabled, active }) => rivals.includes(name) && (enabled === 'enabled' || active === 'active'))
      .map(({ name }) => name),
    ...(hidden && backend === 'nftables' ? ['legacy iptables rules'] : []),
  ];
}
