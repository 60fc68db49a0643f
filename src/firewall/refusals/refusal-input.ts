import type { HostLogin, Snapshot } from '../../core/fact.ts';
import type { Refusal } from '../../core/plan.ts';
import type { FirewallPolicy } from '../../policy/firewall/policy.ts';

/** What a refusal rule looks at. */
export interface RefusalInput {
  readonly policy: FirewallPolicy;
  readonly snapshot: Snapshot;
  readonly login: HostLogin;
  /** Ports on which SSH is reached. */
  readonly sshPorts: readonly number[];
  /** The backend that was chosen; null when there is none to choose. */
  readonly backend: 'nftables' | 'ufw' | null;
}

/** A reason not to touch the host, as a pure rule; null when it does not fire. One file each. */
export type RefusalRule = (input: RefusalInput) => Refusal | null;
