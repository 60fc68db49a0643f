import type { Ufw } from '../facts/firewall/ufw.ts';
import type { UfwRule } from '../facts/ufw-rules.ts';
import { echo } from '../policy/firewall/icmp.ts';
import { icmpOf } from './packet.ts';
import type { NftChain, NftTable } from './nft-tables.ts';
import type { Condition, PortRange, Rule, Verdict } from './rule.ts';

/**
 * The running tables with the chains of ufw, which consist of extensions of iptables, replaced by the
 * rules ufw keeps. What others put into the same built-in chains stays in front of them.
 */
export function withUfw(tables: readonly NftTable[], ufw: Ufw): readonly NftTable[] {
  return tables.map((table) => {
    if (table.name !== 'ip filter' && table.name !== 'ip6 filter') return table;
    const family = table.name === 'ip filter' ? 4 : 6;
    const chains = table.chains.map((chain): NftChain => {
      if (chain.base === null || !chain.rules.some(isUfws)) return chain;
      const others = chain.rules.filter((rule) => !isUfws(rule));
      const way = chain.base.hook === 'input' ? 'in' : chain.base.hook === 'output' ? 'out' : null;
      if (way === null) return chain;
      const policy = ufw.defaults[way === 'in' ? 'input' : 'output'] === 'accept' ? 'accept' : 'drop';
      return { ...chain, base: { ...chain.base, policy }, rules: [...others, ...rulesOf(ufw, family, way)] };
    });
    return { ...table, chains };
  });
}

/** Whether any of the tables has the chains of an active ufw. */
export function hasUfwChains(tables: readonly NftTable[]): boolean {
  return tables.some(({ chains }) => chains.some(({ rules }) => rules.some(isUfws)));
}

function isUfws({ verdict }: Rule): boolean {
  return typeof verdict === 'object' && 'jump' in verdict && /^ufw6?-/.test(verdict.jump);
}

function rulesOf(ufw: Ufw, family: 4 | 6, way: 'in' | 'out'): readonly Rule[] {
  const kept = family === 4 ? ufw.rules : ufw.rules6;
  return [
    ...before(ufw, family, way),
    ...kept
      .filter(({ direction, route }) => !route && direction.split('_')[0] === way)
      .flatMap((rule) => readRule(rule, way)),
  ];
}

/** What ufw ships in before.rules, as far as it concerns new connections; and ports that were added to it. */
function before(ufw: Ufw, family: 4 | 6, way: 'in' | 'out'): readonly Rule[] {
  const own = `ufw${family === 4 ? '' : '6'}-before-${way === 'in' ? 'input' : 'output'}`;
  const text = ufw.files[`/etc/ufw/before${family === 4 ? '' : '6'}.rules`] ?? '';
  const added = [...text.matchAll(new RegExp(`^-A ${own} .*-p (tcp|udp) .*--dport (\\d+)(?::(\\d+))?.*$`, 'gm'))]
    .filter(([, , port]) => !['68', '546', '1900', '5353'].includes(port ?? ''))
    .map(([line, protocol, first, last]) => {
      const port: Condition = {
        on: 'port',
        proto: protocol === 'udp' ? 'udp' : 'tcp',
        ranges: [[Number(first), Number(last ?? first)]],
      };
      return rule([port, { on: 'unknown', text: line }], { unknown: 'before.rules' }, null);
    });
  return [
    rule([{ on: 'interface', way, names: ['lo'] }], 'accept', 'ufw: loopback'),
    rule([{ on: 'icmp', family, types: [echo[family]] }], 'accept', 'ufw: ping'),
    rule(
      [
        { on: 'protocol', names: [icmpOf(family)] },
        { on: 'unknown', text: 'before.rules' },
      ],
      'accept',
      null,
    ),
    ...added,
  ];
}

const verdicts: Readonly<Record<string, Verdict>> = {
  allow: 'accept',
  limit: 'accept',
  deny: 'drop',
  reject: 'reject',
};

function readRule(kept: UfwRule, way: 'in' | 'out'): readonly Rule[] {
  const action = kept.action.split('_')[0] ?? '';
  const device = kept.direction.split('_')[1];
  const verdict = verdicts[action] ?? { unknown: `ufw ${kept.action}` };
  const common: readonly Condition[] = [
    ...(device === undefined ? [] : [{ on: 'interface', way, names: [device] } as const]),
    { on: 'source', networks: [kept.from] },
    { on: 'destination', networks: [kept.to] },
  ];
  const comment = `ufw: ${[kept.action, kept.toPort, kept.comment].filter(Boolean).join(' ')}`.replaceAll('"', "'");
  if (kept.protocol === 'any' && kept.toPort === 'any' && kept.fromPort === 'any')
    return [rule(common, verdict, comment)];
  const { protocol } = kept;
  if (protocol !== 'any' && protocol !== 'tcp' && protocol !== 'udp') {
    return [rule([...common, { on: 'protocol', names: [protocol] }], verdict, comment)];
  }
  const protocols = (['tcp', 'udp'] as const).filter((one) => protocol === 'any' || protocol === one);
  return protocols.map((proto) =>
    rule(
      [
        ...common,
        ...ports('port', proto, kept.toPort),
        ...ports('source-port', proto, kept.fromPort),
        { on: 'protocol', names: [proto] },
      ],
      verdict,
      comment,
    ),
  );
}

function ports(on: 'port' | 'source-port', proto: 'tcp' | 'udp', text: string): readonly Condition[] {
  if (text === 'any') return [];
  const ranges = text.split(',').map((item): PortRange => {
    const [first = '', last = first] = item.split(':');
    return [Number(first), Number(last)];
  });
  return [{ on, proto, ranges }];
}

function rule(conditions: readonly Condition[], verdict: Verdict, comment: string | null): Rule {
  return { conditions, verdict, comment };
}
