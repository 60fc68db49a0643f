import { parseNetwork } from '../lib/ip.ts';
import type { Condition, PortRange, Rule, Verdict } from './rule.ts';

/** A rule as nft takes it. What is not understood stands in angle brackets: nft would refuse that. */
export function ruleText({ conditions, verdict, comment }: Rule): string {
  // our own comments hold only words that the schema allowed: nothing in them ends the quotes
  const words = [...conditions.map((one) => conditionText(one)), verdictText(verdict)].filter((word) => word !== '');
  return `${words.join(' ')}${comment === null ? '' : ` comment "${comment}"`}`;
}

function verdictText(verdict: Verdict): string {
  if (verdict === 'none') return '';
  if (typeof verdict === 'string') return verdict;
  if ('jump' in verdict) return `jump ${verdict.jump}`;
  return 'goto' in verdict ? `goto ${verdict.goto}` : `<${verdict.unknown}>`;
}

function conditionText(condition: Condition, not = ''): string {
  switch (condition.on) {
    case 'interface':
      return `${condition.way === 'in' ? 'iifname' : 'oifname'} ${not}${list(condition.names.map((name) => `"${name}"`))}`;
    case 'state':
      return `ct state ${not}${condition.states.join(',')}`;
    case 'family':
      return `meta nfproto ${not}ipv${condition.family}`;
    case 'source':
    case 'destination': {
      const field = parseNetwork(condition.networks[0] ?? '')?.family === 6 ? 'ip6' : 'ip';
      return `${field} ${condition.on === 'source' ? 'saddr' : 'daddr'} ${not}${list(condition.networks)}`;
    }
    case 'protocol':
      return `meta l4proto ${not}${list(condition.names)}`;
    case 'port':
      return `${condition.proto} dport ${not}${list(condition.ranges.map(rangeText))}`;
    case 'source-port':
      return `${condition.proto} sport ${not}${list(condition.ranges.map(rangeText))}`;
    case 'icmp':
      return `${condition.family === 4 ? 'icmp' : 'icmpv6'} type ${not}${list(condition.types.map(String))}`;
    case 'limit': {
      const { limit, over, each } = condition;
      const rate = `limit rate ${over ? 'over ' : ''}${limit.rate}/${limit.per} burst ${limit.burst} packets`;
      return each === null ? rate : `add @${each} { ${each.endsWith('6') ? 'ip6' : 'ip'} saddr ${rate} }`;
    }
    case 'not':
      return conditionText(condition.condition, '!= ');
    case 'unknown':
      return `<${condition.text}>`;
  }
}

function list(items: readonly string[]): string {
  return items.length === 1 ? (items[0] ?? '') : `{ ${items.join(', ')} }`;
}

function rangeText([first, last]: PortRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}
