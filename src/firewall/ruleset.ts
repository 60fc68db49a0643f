import { echo, icmp4, icmp6 } from '../policy/firewall/icmp.ts';
import { echoLimit, sshLimit } from '../policy/firewall/limits.ts';
import { type DeclaredPort, describePort, type FirewallPolicy } from '../policy/firewall/policy.ts';
import { contains, formatNetwork, type Network, parseNetwork } from '../lib/ip.ts';
import type { Condition, PortRange, Rule, Verdict } from '../packet-filter/rule.ts';

/** What a host lets in and out, before any backend: rules in order, then the default. */
export interface Ruleset {
  /** Default: drop. */
  readonly input: readonly Rule[];
  /** Default: accept. Empty when nothing is denied. */
  readonly output: readonly Rule[];
}

/** Sets in which sources of new SSH connections are counted, by family. */
export const countedSources = { 4: 'ssh4', 6: 'ssh6' } as const;

/**
 * The ruleset of a policy, with SSH on `sshPorts`. Pure, and the same for equal networks however
 * they are written. Networks within others are left out.
 */
export function makeRuleset(policy: FirewallPolicy, sshPorts: readonly number[]): Ruleset {
  return {
    input: [
      ...foundation('in'),
      ...icmpRules(),
      ...addressRules(),
      ...localRules(policy),
      ...sshRules(policy, sshPorts),
      ...policy.public.map((one) => opening(one)),
    ],
    output: egressRules(policy, sshPorts),
  };
}

/** The networks of a policy's list: each once, those within others left out, sorted. */
export function networksOf(texts: readonly string[]): readonly Network[] {
  const all = texts.map(parseNetwork).filter((one) => one !== null);
  const each = [...new Map(all.map((one) => [formatNetwork(one), one])).values()];
  return each
    .filter((one) => !each.some((other) => other !== one && contains(other, one)))
    .toSorted((a, b) => a.family - b.family || (a.value < b.value ? -1 : 1));
}

function rule(comment: string, verdict: Verdict, ...conditions: readonly Condition[]): Rule {
  return { conditions, verdict, comment };
}

function foundation(way: 'in' | 'out'): readonly Rule[] {
  return [
    rule('loopback', 'accept', { on: 'interface', way, names: ['lo'] }),
    rule('answers', 'accept', { on: 'state', states: ['established', 'related'] }),
    ...(way === 'in' ? [rule('out of state', 'drop', { on: 'state', states: ['invalid'] })] : []),
  ];
}

function icmpRules(): readonly Rule[] {
  const limit: Condition = { on: 'limit', limit: echoLimit, over: false, each: null };
  return [
    rule('icmp errors', 'accept', { on: 'icmp', family: 4, types: icmp4.types }),
    rule('icmpv6 errors and neighbours', 'accept', { on: 'icmp', family: 6, types: icmp6.types }),
    rule('ping', 'accept', { on: 'icmp', family: 4, types: [echo[4]] }, limit),
    rule('ping6', 'accept', { on: 'icmp', family: 6, types: [echo[6]] }, limit),
  ];
}

/** Answers of DHCP come from another address than the one that was asked: no connection knows them. */
function addressRules(): readonly Rule[] {
  return [
    rule('dhcp', 'accept', ports('source-port', 'udp', 67), ports('port', 'udp', 68)),
    rule(
      'dhcpv6',
      'accept',
      { on: 'source', networks: ['fe80::/10'] },
      ports('source-port', 'udp', 547),
      ports('port', 'udp', 546),
    ),
  ];
}

function localRules({ local }: FirewallPolicy): readonly Rule[] {
  return local.map((one) => rule(`local only ${describePort(one)}`, 'drop', ports('port', one.proto, one.port)));
}

function sshRules({ management }: FirewallPolicy, sshPorts: readonly number[]): readonly Rule[] {
  const port: Condition = { on: 'port', proto: 'tcp', ranges: rangesOf(sshPorts) };
  const networks = networksOf(management);
  return ([4, 6] as const).flatMap((family) => {
    const own = networks.filter((network) => network.family === family);
    const single = own.filter(({ length }) => length === (family === 4 ? 32 : 128));
    const wide = own.filter((network) => !single.includes(network));
    const limit: Condition = { on: 'limit', limit: sshLimit, over: true, each: countedSources[family] };
    return [
      ...(single.length === 0 ? [] : [rule('ssh', 'accept', from(single), port)]),
      ...(wide.length === 0
        ? []
        : [rule('ssh too often', 'drop', from(wide), port, limit), rule('ssh', 'accept', from(wide), port)]),
    ];
  });
}

function opening(one: DeclaredPort): Rule {
  return rule(`public ${describePort(one)}`, 'accept', ports('port', one.proto, one.port));
}

/**
 * What must go out although its network is denied: answers, our side of SSH sessions that are older
 * than connection tracking, the neighbours of IPv6, name servers and DHCP servers. The gateway itself
 * needs no rule: packets that go through it bear other addresses, and ARP is not filtered.
 */
function egressRules({ egressDeny, management }: FirewallPolicy, sshPorts: readonly number[]): readonly Rule[] {
  const denied = networksOf(egressDeny);
  if (denied.length === 0) return [];
  const both = (networks: readonly Network[], comment: string, verdict: Verdict, ...more: readonly Condition[]) =>
    ([4, 6] as const).flatMap((family) => {
      const own = networks.filter((network) => network.family === family).map(formatNetwork);
      return own.length === 0 ? [] : [rule(comment, verdict, { on: 'destination', networks: own }, ...more)];
    });
  return [
    ...foundation('out'),
    rule('icmpv6', 'accept', { on: 'protocol', names: ['ipv6-icmp'] }),
    rule('names', 'accept', ports('port', 'udp', 53)),
    rule('names by tcp', 'accept', ports('port', 'tcp', 53)),
    rule('dhcp', 'accept', ports('port', 'udp', 67)),
    rule('dhcpv6', 'accept', ports('port', 'udp', 547)),
    ...both(networksOf(management), 'ssh sessions', 'accept', {
      on: 'source-port',
      proto: 'tcp',
      ranges: rangesOf(sshPorts),
    }),
    ...both(denied, 'egress denied', 'reject'),
  ];
}

function from(networks: readonly Network[]): Condition {
  return { on: 'source', networks: networks.map(formatNetwork) };
}

function ports(on: 'port' | 'source-port', proto: 'tcp' | 'udp', port: number): Condition {
  return { on, proto, ranges: [[port, port]] };
}

function rangesOf(list: readonly number[]): readonly PortRange[] {
  return [...new Set(list)].toSorted((a, b) => a - b).map((port): PortRange => [port, port]);
}
