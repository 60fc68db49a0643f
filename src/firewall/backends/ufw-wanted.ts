import type { UfwRule } from '../../facts/ufw-rules.ts';
import { parseNetwork } from '../../lib/ip.ts';
import type { Condition, Rule } from '../../packet-filter/rule.ts';
import type { Ruleset } from '../ruleset.ts';

/** A rule that ufw shall keep: for IPv4, for IPv6, or for both when no address is named. */
export interface WantedRule {
  readonly action: 'allow' | 'deny' | 'reject';
  readonly direction: 'in' | 'out';
  readonly protocol: string;
  readonly toPort: string;
  readonly to: string;
  readonly fromPort: string;
  readonly from: string;
  readonly families: readonly (4 | 6)[];
  readonly comment: string;
}

/** By which our rules are known. */
export const mark = 'valops';

const actions = { accept: 'allow', drop: 'deny', reject: 'reject' } as const;

/**
 * The ruleset as rules of ufw, first match wins. Loopback, connection states, ICMP and DHCP are in
 * ufw's own before.rules; limits are left out, since the only one that ufw has (six connections in
 * thirty seconds) would shut out valops itself. One rule for each network.
 */
export function wantedUfwRules({ input, output }: Ruleset): readonly WantedRule[] {
  const all = [...input.flatMap((rule) => toUfw(rule, 'in')), ...output.flatMap((rule) => toUfw(rule, 'out'))];
  // ufw keeps no rule twice: the first of them counts
  const key = (rule: WantedRule): string => JSON.stringify({ ...rule, comment: '' });
  return all.filter((rule, at) => all.findIndex((other) => key(other) === key(rule)) === at);
}

/** The rules of one family as ufw keeps them, comments aside. */
export function ofFamily(wanted: readonly WantedRule[], family: 4 | 6): readonly UfwRule[] {
  const any = family === 4 ? '0.0.0.0/0' : '::/0';
  const address = (text: string): string => (text === 'any' ? any : text);
  return wanted
    .filter(({ families }) => families.includes(family))
    .map(({ action, direction, protocol, toPort, to, fromPort, from, comment }) => {
      const addresses = { to: address(to), from: address(from) };
      return { action, direction, protocol, toPort, fromPort, comment, route: false, ...addresses };
    });
}

function toUfw({ conditions, verdict, comment }: Rule, direction: 'in' | 'out'): readonly WantedRule[] {
  if (verdict !== 'accept' && verdict !== 'drop' && verdict !== 'reject') return [];
  if (!conditions.every(({ on }) => ['source', 'destination', 'port', 'source-port'].includes(on))) return [];
  const ports = (on: 'port' | 'source-port'): Extract<Condition, { ranges: unknown }> | undefined =>
    conditions.find((one): one is Extract<Condition, { ranges: unknown }> => one.on === on);
  const [to, from] = [ports('port'), ports('source-port')];
  if (from !== undefined && direction === 'in') return [];
  const network = conditions.find((one): one is Extract<Condition, { networks: unknown }> => 'networks' in one);
  return (network?.networks ?? ['any']).map((text) => ({
    action: actions[verdict],
    direction,
    protocol: (to ?? from)?.proto ?? 'any',
    toPort: portsText(to),
    to: network?.on === 'destination' ? text : 'any',
    fromPort: portsText(from),
    from: network?.on === 'source' ? text : 'any',
    families: text === 'any' ? [4, 6] : [parseNetwork(text)?.family ?? 4],
    comment: `${mark} ${comment ?? ''}`.trim(),
  }));
}

function portsText(condition: Extract<Condition, { ranges: unknown }> | undefined): string {
  if (condition === undefined) return 'any';
  return condition.ranges.map(([first, last]) => (first === last ? String(first) : `${first}:${last}`)).join(',');
}
