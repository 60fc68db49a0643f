import type { HostLogin, Snapshot } from '../core/fact.ts';
import { firewallDocker } from '../facts/firewall/docker.ts';
import { firewallSysctl } from '../facts/firewall/sysctl.ts';
import { chooseBackend, otherTools } from './active-backend.ts';
import { ownTable } from './backends/nftables-text.ts';
import { checkSockets } from './check-sockets.ts';
import { valueOf } from '../facts/value-of.ts';
import { neededFacts } from './facts.ts';
import type { FirewallFinding } from './finding.ts';
import { readNftTables } from '../packet-filter/nft-tables.ts';
import { backends, type FirewallOrder, openSshPorts } from './plan.ts';
import { refusals } from './refusals/rules.ts';
import { makeRuleset } from './ruleset.ts';
import { firewallNft } from '../facts/firewall/nft.ts';

/**
 * Compares the declared policy with the rules that run, those of the next boot, and every listening
 * socket. Pure. What is not known is `unknown`, never `pass`.
 */
export function checkFirewall(snapshot: Snapshot, login: HostLogin, order: FirewallOrder): readonly FirewallFinding[] {
  return [
    ...checkFacts(snapshot),
    ...checkRules(snapshot, login, order),
    ...checkBypass(snapshot),
    ...checkSockets(snapshot, login, order),
  ];
}

function checkFacts(snapshot: Snapshot): readonly FirewallFinding[] {
  return [...neededFacts, firewallDocker, firewallSysctl].flatMap(({ id }) => {
    const fact = snapshot.facts[id];
    if (fact?.known === true) return [];
    return [{ id: `fact ${id}`, status: 'unknown', message: fact?.reason ?? 'not asked' } as const];
  });
}

function checkRules(snapshot: Snapshot, login: HostLogin, order: FirewallOrder): readonly FirewallFinding[] {
  const backend = chooseBackend(snapshot, order.backend ?? order.policy.backend);
  const ports = openSshPorts(snapshot, login, order);
  const refused = refusals({ policy: order.policy, snapshot, login, sshPorts: ports, backend });
  if (refused.length > 0 || backend === null) {
    // what keeps us from planning keeps us from comparing
    return [
      ...refused.map(
        ({ rule, message }) =>
          ({ id: rule, status: rule === 'FIREWALL_FACT_UNKNOWN' ? 'unknown' : 'fail', message }) as const,
      ),
      { id: 'rules', status: 'unknown', message: 'running and boot-time rules were not compared' },
    ];
  }
  const { changes, unchanged } = backends[backend].plan(makeRuleset(order.policy, ports), snapshot, false);
  return [
    ...changes.map(({ id, summary }) => ({ id, status: 'fail', message: `not as declared: ${summary}` }) as const),
    ...unchanged
      .filter(({ id }) => !id.startsWith('firewall.foreign'))
      .map(({ id, reason }) => ({ id, status: 'pass', message: reason }) as const),
    ...unchanged
      .filter(({ id }) => id.startsWith('firewall.foreign'))
      .map(({ id, reason }) => ({ id, status: 'skip', message: reason }) as const),
    ...(otherTools(snapshot, backend).length === 0
      ? [{ id: 'tools', status: 'pass', message: `${backend} is the only tool` } as const]
      : []),
  ];
}

/** Ways around a filter of the input: packets that are rewritten before it, or routed past it. */
function checkBypass(snapshot: Snapshot): readonly FirewallFinding[] {
  const findings: FirewallFinding[] = [];
  const tables = readNftTables(valueOf(snapshot, firewallNft)?.objects ?? []).filter(({ name }) => name !== ownTable);
  for (const { name, chains } of tables) {
    const rewrites = chains
      .flatMap(({ rules }) => rules)
      .some(
        ({ verdict }) =>
          typeof verdict === 'object' && 'unknown' in verdict && /dnat|redirect|tproxy|fwd/i.test(verdict.unknown),
      );
    if (rewrites)
      findings.push({
        id: `bypass ${name}`,
        status: 'fail',
        message: `table ${name} sends packets elsewhere before they are filtered`,
      });
  }
  const docker = valueOf(snapshot, firewallDocker);
  if (docker?.running === true) {
    const open = docker.published?.flatMap(({ container, ports }) =>
      ports
        .filter((port) => port.includes('->') && !/^(127\.|\[::1\])/.test(port))
        .map((port) => `${container} ${port}`),
    );
    if (open === undefined)
      findings.push({
        id: 'bypass docker',
        status: 'unknown',
        message: 'docker runs, and which ports it publishes is not known',
      });
    else if (open.length > 0)
      findings.push({
        id: 'bypass docker',
        status: 'fail',
        message: `docker publishes ports past the firewall: ${open.join('; ')}`,
      });
    else findings.push({ id: 'bypass docker', status: 'pass', message: 'docker publishes no port but on loopback' });
  }
  const sysctl = valueOf(snapshot, firewallSysctl);
  const routes =
    sysctl !== undefined && (sysctl['net.ipv4.ip_forward'] === '1' || sysctl['net.ipv6.conf.all.forwarding'] === '1');
  const all = readNftTables(valueOf(snapshot, firewallNft)?.objects ?? []);
  const filtered = all.some(({ chains }) =>
    chains.some(({ base }) => base?.hook === 'forward' && base.policy === 'drop'),
  );
  if (routes && !filtered)
    findings.push({
      id: 'forwarding',
      status: 'fail',
      message: 'this host routes packets, and none of them is filtered',
    });
  return findings;
}
