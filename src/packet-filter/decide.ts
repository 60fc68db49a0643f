import { conditionHolds, type Holds } from './condition-holds.ts';
import type { NftChain, NftTable } from './nft-tables.ts';
import type { Packet } from './packet.ts';
import { ruleText } from './rule-text.ts';
import type { Rule } from './rule.ts';

/** What becomes of a packet, and by which rule. */
export interface Decision {
  readonly verdict: 'accept' | 'drop' | 'reject' | 'unknown';
  /** Where it was decided: `inet valops, input`. */
  readonly where: string;
  /** The rule in words, or `policy drop`; for `unknown`, what is not understood. */
  readonly rule: string;
}

/** `null`: the end of the chain was reached, or it returned. */
type Outcome = Decision | null;

const hooks = { in: ['ingress', 'prerouting', 'input'], out: ['output', 'postrouting'] } as const;

/**
 * What the running tables do to a packet: every base chain on its way, by priority, must accept it;
 * the first that drops it decides (nft(8), "CHAINS"). Of several that accept, the one with a rule for
 * it explains; so it is `accept` by nobody where there is no firewall.
 */
export function decide(tables: readonly NftTable[], packet: Packet): Decision {
  let accepted: Decision = { verdict: 'accept', where: 'no table', rule: 'nothing filters it' };
  let unsure: Decision | null = null;
  for (const hook of hooks[packet.way]) {
    const chains = tables
      .filter(({ family }) => concerns(family, packet.family))
      .flatMap((table) => table.chains.map((chain) => ({ table, chain })))
      .filter(({ chain }) => chain.base?.hook === hook)
      .toSorted((a, b) => (a.chain.base?.priority ?? 0) - (b.chain.base?.priority ?? 0));
    for (const { table, chain } of chains) {
      const decision = decideChain(table, chain, packet);
      if (decision.verdict === 'unknown') unsure ??= decision;
      else if (decision.verdict === 'accept') accepted = better(accepted, decision);
      else return decision;
    }
  }
  return unsure ?? accepted;
}

/** What one base chain, with all it jumps to, does to a packet. */
function decideChain(table: NftTable, chain: NftChain, packet: Packet): Decision {
  const policy = chain.base?.policy ?? 'accept';
  const memory = new Map<string, Outcome>();
  return (
    walk(table, chain, 0, packet, memory) ?? {
      verdict: policy,
      where: `${table.name}, ${chain.name}`,
      rule: `policy ${policy}`,
    }
  );
}

/** A rule of which it is not known whether it applies counts only when it makes a difference. */
function walk(table: NftTable, chain: NftChain, at: number, packet: Packet, memory: Map<string, Outcome>): Outcome {
  const key = `${chain.name} ${at}`;
  const known = memory.get(key);
  if (known !== undefined) return known;
  const outcome = step();
  memory.set(key, outcome);
  return outcome;

  function step(): Outcome {
    const rule = chain.rules[at];
    if (rule === undefined) return null;
    const applies = ruleApplies(rule, packet);
    const otherwise = (): Outcome => walk(table, chain, at + 1, packet, memory);
    if (applies === 'no') return otherwise();
    const taken = take(rule, otherwise);
    if (applies === 'yes') return taken;
    const skipped = otherwise();
    if (taken?.verdict === skipped?.verdict && taken?.verdict !== 'unknown') return skipped;
    return unknown(rule);
  }

  function take(rule: Rule, otherwise: () => Outcome): Outcome {
    const { verdict } = rule;
    if (verdict === 'none') return otherwise();
    if (verdict === 'return') return null;
    if (typeof verdict === 'string') return { verdict, where: `${table.name}, ${chain.name}`, rule: ruleText(rule) };
    if ('unknown' in verdict) return unknown(rule);
    const target = table.chains.find(({ name }) => name === ('jump' in verdict ? verdict.jump : verdict.goto));
    if (target === undefined) return unknown(rule);
    const inside = walk(table, target, 0, packet, memory);
    return inside === null && 'jump' in verdict ? otherwise() : inside;
  }

  function unknown(rule: Rule): Decision {
    return { verdict: 'unknown', where: `${table.name}, ${chain.name}`, rule: ruleText(rule) };
  }
}

function ruleApplies({ conditions }: Rule, packet: Packet): Holds {
  const all = conditions.map((condition) => conditionHolds(condition, packet));
  if (all.includes('no')) return 'no';
  return all.includes('unknown') ? 'unknown' : 'yes';
}

function concerns(table: string, family: 4 | 6): boolean {
  if (table === 'ip') return family === 4;
  return table === 'ip6' ? family === 6 : table !== 'arp';
}

/** A rule explains better than a policy, a later decision better than an earlier one. */
function better(before: Decision, decision: Decision): Decision {
  return decision.rule.startsWith('policy ') && !/^(policy |nothing )/.test(before.rule) ? before : decision;
}
