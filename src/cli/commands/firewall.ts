import type { Command } from 'commander';
import type { HostLogin, Snapshot } from '../../core/fact.ts';
import type { FirewallFinding } from '../../firewall/finding.ts';
import type { FirewallOrder } from '../../firewall/plan.ts';
import type { Bind, Define, Invocation } from '../command.ts';
import { firewallOrder } from '../firewall-order.ts';
import { answerDocuments, answerStatus, answerTexts, type HostAnswer } from '../host-answers.ts';
import { addHostOptions, openHosts } from '../host-options.ts';
import { addPlanOptions } from '../plan-options.ts';

export const defineFirewall: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops firewall plan --host val-1                     what would change, and why not
  valops firewall apply --host val-1                    under the guard, proven by a new login
  valops firewall check --host val-1                    declared, running, at boot; every listening socket
  valops firewall explain 203.0.113.9:9002 --host val-1 which rule decides

Declared in valops.yaml: firewall: {management: [192.0.2.0/24], public: [{port: 9000, proto: tcp, name: p2p}],
local: [{port: 8545, proto: tcp, name: rpc}], egressDeny: [10.0.0.0/8]}`,
  );
  definePlan(command, bind, 'plan', 'show what would change');
  definePlan(command, bind, 'apply', 'change the firewall under the guard');

  bind(asking(command, 'status', 'which firewall a host has, and whether it is the declared one'), async (call) => {
    const { firewallStatus } = await import('../../firewall/status.ts');
    const { renderStatus } = await import('../text/firewall.ts');
    const answers = await onSnapshots(call, (snapshot, login, order) => firewallStatus(snapshot, login, order));
    return {
      document: { schema: 'valops/firewall-status/1', hosts: answerDocuments(answers, (status) => status) },
      text: (style) => answerTexts(answers, style, (status, name) => renderStatus(name, status, style)),
      exitStatus: answerStatus(answers),
    };
  });

  const check = asking(command, 'check', 'compare policy, running and boot-time rules, and listening sockets');
  bind(check, async (call) => {
    const { checkFirewall } = await import('../../firewall/check.ts');
    const { renderCheck } = await import('../text/firewall.ts');
    const answers = await onSnapshots(call, (snapshot, login, order) => checkFirewall(snapshot, login, order));
    const isWrong = ({ status }: FirewallFinding): boolean => status === 'fail' || status === 'unknown';
    return {
      document: { schema: 'valops/firewall-check/1', hosts: answerDocuments(answers, (findings) => ({ findings })) },
      text: (style) => answerTexts(answers, style, (findings, name) => renderCheck(name, findings, style)),
      exitStatus: answerStatus(answers, (findings) => findings.some(isWrong)),
    };
  });

  const explaining = asking(command, 'explain', 'tell which rule decides about a connection')
    .argument('<ADDRESS[:PORT[/PROTO]]>', 'who connects, to which port; or an address of the host itself')
    .addHelpText('after', '\nIPv6 with a port stands in brackets: [2001:db8::9]:22. Exit 3 when it is not known.');
  bind(explaining, async (call) => {
    const { explain, parseTarget } = await import('../../firewall/explain.ts');
    const { renderExplanations } = await import('../text/firewall.ts');
    const target = parseTarget(call.args[0] ?? '');
    const answers = await onSnapshots(call, (snapshot, login, { policy }) => explain(snapshot, login, policy, target));
    return {
      document: {
        schema: 'valops/firewall-explain/1',
        hosts: answerDocuments(answers, (connections) => ({ connections })),
      },
      text: (style) => answerTexts(answers, style, (connections, name) => renderExplanations(name, connections, style)),
      exitStatus: answerStatus(answers, (connections) => connections.some(({ verdict }) => verdict === 'unknown')),
    };
  });
};

function asking(command: Command, verb: string, description: string): Command {
  return addHostOptions(command.command(verb)).description(description).option('--json', 'print one JSON document');
}

/** Gathers from each host, in one round trip, and judges. */
async function onSnapshots<T>(
  { options, context: open }: Invocation,
  judge: (snapshot: Snapshot, login: HostLogin, order: FirewallOrder) => T,
): Promise<readonly HostAnswer<T>[]> {
  const { gather } = await import('../../core/gather.ts');
  const { firewallQuestions } = await import('../../firewall/facts.ts');
  const { onEachHost } = await import('../each-host.ts');
  const context = await open();
  const selection = await openHosts(context, options);
  const order = firewallOrder(selection.config, options);
  return onEachHost(context, selection, null, async (host) =>
    judge(await gather(host, firewallQuestions, context), host.login, order),
  );
}

function definePlan(command: Command, bind: Bind, verb: 'plan' | 'apply', description: string): void {
  const defined = addPlanOptions(addHostOptions(command.command(verb)))
    .description(description)
    .option('--backend <NAME>', 'nftables or ufw; by default the one in use')
    .option('--prune', 'remove rules that valops did not make as well');
  bind(defined, async ({ options, context }) => {
    const { runPlan } = await import('../plan-run.ts');
    const { firewallJob } = await import('../../firewall/job.ts');
    return runPlan(await context(), {
      options,
      planOnly: verb === 'plan',
      job: (config) => firewallJob(firewallOrder(config, options)),
    });
  });
}
