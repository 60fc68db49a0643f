import type { Limit } from '../policy/firewall/limits.ts';

/** First and last port, inclusive. */
export type PortRange = readonly [number, number];

/** What a packet must be for a rule to apply. Networks are written as `formatNetwork` does. */
export type Condition =
  | { readonly on: 'interface'; readonly way: 'in' | 'out'; readonly names: readonly string[] }
  | { readonly on: 'state'; readonly states: readonly string[] }
  | { readonly on: 'family'; readonly family: 4 | 6 }
  | { readonly on: 'source' | 'destination'; readonly networks: readonly string[] }
  /** `tcp`, `udp`, `icmp`, `ipv6-icmp` … as in protocols(5). */
  | { readonly on: 'protocol'; readonly names: readonly string[] }
  | { readonly on: 'port' | 'source-port'; readonly proto: 'tcp' | 'udp'; readonly ranges: readonly PortRange[] }
  | { readonly on: 'icmp'; readonly family: 4 | 6; readonly types: readonly number[] }
  /** Holds while the rate is kept; with `over` while it is not. `each`: counted for every source in this set. */
  | { readonly on: 'limit'; readonly limit: Limit; readonly over: boolean; readonly each: string | null }
  | { readonly on: 'not'; readonly condition: Condition }
  /** Something of a foreign rule that is not understood. */
  | { readonly on: 'unknown'; readonly text: string };

/** `none`: the rule decides nothing (a counter, a log). */
export type Verdict =
  | 'accept'
  | 'drop'
  | 'reject'
  | 'return'
  | 'none'
  | { readonly jump: string }
  | { readonly goto: string }
  | { readonly unknown: string };

/** One rule: all conditions must hold. */
export interface Rule {
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
  /** What it is for; how a decision is explained. */
  readonly comment: string | null;
}
