import type { HostLogin, Snapshot } from '../core/fact.ts';
import type { Planned } from '../core/plan.ts';
import { firewallNft } from '../facts/firewall/nft.ts';
import { valueOf } from '../facts/value-of.ts';
import type { FirewallPolicy } from '../policy/firewall/policy.ts';
import { chooseBackend } from './active-backend.ts';
import type { Backend } from './backends/backend.ts';
import { nftables } from './backends/nftables.ts';
import { ufw } from './backends/ufw.ts';
import { comparedNft } from './compared-nft.ts';
import { neededFacts } from './facts.ts';
import { refusals } from './refusals/rules.ts';
import { makeRuleset } from './ruleset.ts';
import { sshPorts } from './ssh-ports.ts';

/** What is asked of the firewall of one host. */
export interface FirewallOrder {
  readonly policy: FirewallPolicy;
  /** `--backend`; the policy's otherwise. */
  readonly backend?: 'nftables' | 'ufw' | undefined;
  /** Remove rules that valops did not make. */
  readonly prune: boolean;
  /** The declared port of sshd: opened besides those on which it is reached now. */
  readonly sshPort?: number | undefined;
  /** The same change makes sshd listen on the declared port and that of this login, and nowhere else. */
  readonly sshMoves?: boolean;
}

/** Every backend, by name. */
export const backends: Readonly<Record<'nftables' | 'ufw', Backend>> = { nftables, ufw };

/** Plans the firewall of one host. Pure. A plan that is refused has no changes. */
export function planFirewall(snapshot: Snapshot, login: HostLogin, order: FirewallOrder): Planned {
  const { policy, prune } = order;
  const backend = chooseBackend(snapshot, order.backend ?? policy.backend);
  const ports = openSshPorts(snapshot, login, order);
  const refused = refusals({ policy, snapshot, login, sshPorts: ports, backend });
  const plan =
    refused.length > 0 || backend === null
      ? { changes: [], unchanged: [] }
      : backends[backend].plan(makeRuleset(policy, ports), snapshot, prune);
  const nft = valueOf(snapshot, firewallNft);
  const compared = nft == null ? {} : { [firewallNft.id]: comparedNft(nft) };
  return { ...plan, refusals: refused, restsOn: restsOn(), compared };
}

/** Ports to open for SSH: those on which it is or will be reached, and the declared one. Sorted. */
export function openSshPorts(
  snapshot: Snapshot,
  login: HostLogin,
  { sshPort, sshMoves }: Pick<FirewallOrder, 'sshPort' | 'sshMoves'>,
): readonly number[] {
  const moves = sshMoves === true && sshPort !== undefined && login.to !== undefined;
  const reached = moves ? [login.to.port] : sshPorts(snapshot, login);
  const ports = new Set([...reached, ...(sshPort === undefined ? [] : [sshPort])]);
  return [...ports].toSorted((a, b) => a - b);
}

/** Sockets come and go; what of them counts is in the changes, which are compared as well. */
function restsOn(): readonly string[] {
  return neededFacts.map(({ id }) => id).filter((id) => id !== 'listening.sockets');
}
