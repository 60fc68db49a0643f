import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readNftJson } from '../../src/facts/nft-json.ts';
import { isRunning } from '../../src/firewall/backends/nftables.ts';
import { ownTable, renderNftables } from '../../src/firewall/backends/nftables-text.ts';
import { decide } from '../../src/packet-filter/decide.ts';
import { readNftTables } from '../../src/packet-filter/nft-tables.ts';
import { makeRuleset } from '../../src/firewall/ruleset.ts';
import { parseIp } from '../../src/lib/ip.ts';
import type { FirewallPolicy } from '../../src/policy/firewall/policy.ts';
import { hostAddress, labPossible, labReason, packetLab, type PacketLab, type Probe } from './packet-lab.ts';

const peers = ['10.1.2.3', '10.1.200.9', '172.16.5.5', '198.51.100.7', 'fd01::7', '2001:db8:5::9', '2001:db8:6::1'];
const networks = [
  '10.0.0.0/8',
  '10.1.0.0/17',
  '10.1.2.3',
  '172.16.0.0/12',
  '198.51.100.0/24',
  '0.0.0.0/0',
  'fd00::/8',
  '2001:db8::/32',
  '2001:db8:5::9',
  '::/0',
];
const ports = [22, 80, 443, 2222, 8545, 9000, 9001];

const network = fc.constantFrom(...networks);
const service = fc.record({
  port: fc.constantFrom(...ports.slice(1)),
  proto: fc.constantFrom('tcp', 'udp'),
  name: fc.constant('some'),
});
const policy: fc.Arbitrary<FirewallPolicy> = fc.record({
  management: fc.uniqueArray(network, { minLength: 1, maxLength: 5 }),
  public: fc.array(service, { maxLength: 4 }),
  local: fc.array(service, { maxLength: 3 }),
  egressDeny: fc.uniqueArray(network, { maxLength: 3 }),
});

const port = fc.constantFrom(...ports);
const match = fc.oneof(
  fc
    .tuple(fc.constantFrom('tcp', 'udp'), fc.constantFrom('', '!= '), port)
    .map(([proto, not, one]) => `${proto} dport ${not}${one}`),
  fc.tuple(port, port).map(([a, b]) => `tcp dport ${Math.min(a, b)}-${Math.max(a, b)}`),
  fc
    .tuple(
      fc.constantFrom('', '!= '),
      network.filter((one) => !one.includes(':')),
    )
    .map(([not, one]) => `ip saddr ${not}${one}`),
  fc
    .uniqueArray(
      network.filter((one) => one.includes(':')),
      { minLength: 1, maxLength: 2 },
    )
    .map((some) => `ip6 saddr { ${some.join(', ')} }`),
  fc.constantFrom(
    'meta l4proto tcp',
    'meta l4proto { tcp, udp }',
    'meta nfproto ipv6',
    'ct state new',
    'ct state established',
    'iifname "cable"',
    'iifname "lo"',
    'ip saddr @known',
    'meta mark 7',
  ),
);
const rule = (verdicts: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(match, { maxLength: 2 }), fc.constantFrom(...verdicts))
    .map(([matches, verdict]) => [...matches, verdict].join(' '));
const foreign = fc
  .tuple(
    fc.array(rule(['drop', 'accept', 'return', 'jump other', 'goto other', 'counter']), { maxLength: 5 }),
    fc.array(rule(['drop', 'accept', 'return']), { maxLength: 4 }),
    fc.constantFrom('accept', 'drop'),
    fc.constantFrom(-10, 0, 10),
  )
  .map(
    ([first, second, chainPolicy, priority]) => `table inet foreign {
  set known { type ipv4_addr; flags interval; elements = { 10.1.0.0/16, 198.51.100.7 } }
  chain other {
${second.map((one) => `    ${one}\n`).join('')}  }
  chain in {
    type filter hook input priority ${priority}; policy ${chainPolicy};
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
${first.map((one) => `    ${one}\n`).join('')}  }
}
`,
  );

const probes: readonly Probe[] = peers.flatMap((from) =>
  ports.flatMap((one): Probe[] => [
    { from, protocol: 'tcp', port: one },
    { from, protocol: 'udp', port: one },
  ]),
);

describe.runIf(labPossible)(`what is explained is what the kernel does (${labReason})`, () => {
  let lab: PacketLab;
  beforeAll(() => {
    lab = packetLab(peers);
  });
  afterAll(() => lab.close());

  /** Kernel and explanation of every probe; what the kernel seems to drop is tried again, more patiently. */
  function disagreements(listing: string): { readonly wrong: readonly unknown[]; readonly decided: number } {
    const tables = readNftTables(readNftJson(listing));
    const explained = probes.map(({ from, protocol, port: to }) => {
      const peer = parseIp(from);
      if (peer === null) throw new Error(from);
      const own = parseIp(hostAddress[peer.family]);
      return decide(tables, { way: 'in', family: peer.family, peer, own, protocol, port: to, icmpType: null });
    });
    const known = probes
      .map((probe, at) => ({ probe, decision: explained[at] }))
      .filter(({ decision }) => decision?.verdict !== 'unknown');
    let open = known;
    for (const patience of [250, 1000, 3000]) {
      if (open.length === 0) break;
      const seen = lab.probe(
        open.map(({ probe }) => probe),
        patience,
      );
      open = open.filter(({ decision }, at) => (decision?.verdict === 'accept') !== (seen[at] === 'answered'));
    }
    return { wrong: open, decided: known.length };
  }

  test('our ruleset, for random policies: taken by nft, read back as declared, and explained rightly', () => {
    fc.assert(
      fc.property(policy, fc.uniqueArray(port, { minLength: 1, maxLength: 2 }), (one, sshPorts) => {
        const ruleset = makeRuleset(one, sshPorts);
        const script = renderNftables(ruleset);
        expect(lab.isValid(script)).toBe(true);
        const listing = lab.load(script);
        const own = readNftTables(readNftJson(listing)).find(({ name }) => name === ownTable);
        expect(own !== undefined && isRunning(ruleset, own)).toBe(true);
        const { wrong, decided } = disagreements(listing);
        expect(wrong).toEqual([]);
        expect(decided).toBe(probes.length);
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  test('together with a random table of somebody else: never wrong, though it may not be known', () => {
    fc.assert(
      fc.property(policy, foreign, (one, table) => {
        const script = renderNftables(makeRuleset(one, [22])) + table;
        // nft refuses rules that contradict themselves
        fc.pre(lab.isValid(script));
        const { wrong } = disagreements(lab.load(script));
        expect(wrong).toEqual([]);
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  test('a changed, missing or added rule of ours is seen', () => {
    const ruleset = makeRuleset(
      { management: ['10.0.0.0/8', 'fd00::/8'], public: [{ port: 80, proto: 'tcp' }], local: [], egressDeny: [] },
      [22],
    );
    const script = renderNftables(ruleset);
    const runs = (text: string): boolean => {
      const own = readNftTables(readNftJson(lab.load(text))).find(({ name }) => name === ownTable);
      return own !== undefined && isRunning(ruleset, own);
    };
    expect(runs(script)).toBe(true);
    expect(runs(script + script)).toBe(true);
    expect(runs(script.replace('10.0.0.0/8', '10.0.0.0/9'))).toBe(false);
    expect(runs(script.replace('tcp dport 80', 'tcp dport { 80, 81 }'))).toBe(false);
    expect(runs(script.replace('policy drop', 'policy accept'))).toBe(false);
    expect(runs(script.replace(/^.*out of state.*\n/m, ''))).toBe(false);
    expect(runs(script.replace('burst 60', 'burst 61'))).toBe(false);
    expect(runs(`${script}add rule inet valops input tcp dport 81 accept\n`)).toBe(false);
    expect(runs(`${script}add chain inet valops more { type filter hook input priority -5; policy accept; }\n`)).toBe(
      false,
    );
    expect(runs(`${script}insert rule inet valops input meta mark 7 accept\n`)).toBe(false);
  });
});
