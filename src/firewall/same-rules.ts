import { canonicalJson, type JsonValue } from '../lib/canonical-json.ts';
import { parseNetwork } from '../lib/ip.ts';
import type { Condition, Rule } from '../packet-filter/rule.ts';

/**
 * Whether two lists of rules are the same rules in the same order, however sets are sorted, split
 * or merged. A rule that is not understood equals nothing.
 */
export function sameRules(a: readonly Rule[], b: readonly Rule[]): boolean {
  return a.length === b.length && a.every((rule, at) => ruleKey(rule) === ruleKey(b[at]));
}

/** A text that is equal for equal rules; null for a rule that is not understood, or none. */
export function ruleKey(rule: Rule | undefined): string | null {
  if (rule === undefined || rule.conditions.some(isUnknown)) return null;
  if (typeof rule.verdict === 'object' && 'unknown' in rule.verdict) return null;
  const conditions = rule.conditions.map((one) => canonicalJson(settled(one))).toSorted();
  return canonicalJson({ conditions, verdict: rule.verdict as JsonValue, comment: rule.comment });
}

function isUnknown(condition: Condition): boolean {
  return condition.on === 'unknown' || (condition.on === 'not' && isUnknown(condition.condition));
}

function settled(condition: Condition): JsonValue {
  switch (condition.on) {
    case 'source':
    case 'destination':
      return { ...condition, networks: merged(condition.networks.flatMap(bounds)) };
    case 'port':
    case 'source-port':
      return { ...condition, ranges: merged(condition.ranges.map(([first, last]) => [BigInt(first), BigInt(last)])) };
    case 'icmp':
      return { ...condition, types: merged(condition.types.map((type) => [BigInt(type), BigInt(type)])) };
    case 'interface':
    case 'protocol':
      return { ...condition, names: condition.names.toSorted() };
    case 'state':
      return { ...condition, states: condition.states.toSorted() };
    case 'not':
      return { on: 'not', condition: settled(condition.condition) };
    case 'family':
    case 'limit':
    case 'unknown':
      return JSON.parse(JSON.stringify(condition)) as JsonValue;
  }
}

type Bounds = readonly [bigint, bigint];

/** IPv6 goes above all of IPv4, so that both fit on one line of numbers. */
function bounds(text: string): readonly Bounds[] {
  const network = parseNetwork(text);
  if (network === null) return [];
  const { family, value, length } = network;
  const first = value + (family === 6 ? 1n << 130n : 0n);
  return [[first, first + (1n << BigInt((family === 4 ? 32 : 128) - length)) - 1n]];
}

function merged(ranges: readonly Bounds[]): readonly string[] {
  const result: [bigint, bigint][] = [];
  for (const [first, last] of ranges.toSorted((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const before = result.at(-1);
    if (before !== undefined && first <= before[1] + 1n) before[1] = last > before[1] ? last : before[1];
    else result.push([first, last]);
  }
  return result.map(([first, last]) => `${first}-${last}`);
}
