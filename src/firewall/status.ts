import type { HostLogin, Snapshot } from '../core/fact.ts';
import { firewallDocker } from '../facts/firewall/docker.ts';
import { chooseBackend, isUsed, otherTools } from './active-backend.ts';
import { ownTable } from './backends/nftables-text.ts';
import { valueOf } from '../facts/value-of.ts';
import { readNftTables } from '../packet-filter/nft-tables.ts';
import { type FirewallOrder, planFirewall } from './plan.ts';
import { firewallNft } from '../facts/firewall/nft.ts';

/** `yes`, `no`, or `unknown` when it could not be compared. */
export type Agreement = 'yes' | 'no' | 'unknown';

/** Which firewall a host has, and whether it is the declared one. */
export interface FirewallStatus {
  readonly backend: 'nftables' | 'ufw' | null;
  /** Whether that backend has rules of ours, or rules at all, now or at boot. */
  readonly used: boolean;
  readonly runningAsDeclared: Agreement;
  readonly bootAsDeclared: Agreement;
  /** Why it could not be compared. */
  readonly reasons: readonly string[];
  /** Other tools that set up a packet filter. */
  readonly otherTools: readonly string[];
  /** Tables valops did not make, with the hooks at which they meet packets. */
  readonly foreignTables: readonly { readonly name: string; readonly hooks: readonly string[] }[];
  /** Ports that docker publishes past the firewall; null where it does not run or does not tell. */
  readonly dockerPorts: readonly string[] | null;
}

/** Sums up the firewall of a host. Pure. */
export function firewallStatus(snapshot: Snapshot, login: HostLogin, order: FirewallOrder): FirewallStatus {
  const { refusals, changes } = planFirewall(snapshot, login, { ...order, prune: false });
  const agrees = (id: string): Agreement => {
    if (refusals.length > 0) return 'unknown';
    return changes.some((change) => change.id === id) ? 'no' : 'yes';
  };
  const backend = chooseBackend(snapshot, order.backend ?? order.policy.backend);
  const tables = readNftTables(valueOf(snapshot, firewallNft)?.objects ?? []).filter(({ name }) => name !== ownTable);
  const docker = valueOf(snapshot, firewallDocker);
  return {
    backend,
    used: backend !== null && isUsed(snapshot, backend),
    runningAsDeclared: agrees('firewall.ruleset'),
    bootAsDeclared: agrees('firewall.boot'),
    reasons: refusals.map(({ rule, message }) => `${message} (${rule})`),
    otherTools: backend === null ? [] : otherTools(snapshot, backend),
    foreignTables: tables.map(({ name, chains }) => ({
      name,
      hooks: [...new Set(chains.flatMap(({ base }) => (base === null ? [] : [`${base.hook} ${base.priority}`])))],
    })),
    dockerPorts: docker?.running === true ? (docker.published?.flatMap(({ ports }) => ports) ?? null) : null,
  };
}
