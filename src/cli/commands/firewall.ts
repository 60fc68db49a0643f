import type { Config } from '../../config/schema.ts';
import type { Job } from '../../core/job.ts';
import { ValopsError } from '../../lib/errors.ts';
import { read } from '../arguments.ts';
import type { Bind, Define, Options } from '../command.ts';
import { addHostOptions } from '../host-options.ts';
import { addPlanOptions } from '../plan-options.ts';
import type { Command } from 'commander';

const backends = ['nftables', 'ufw'] as const;

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
};

function definePlan(command: Command, bind: Bind, verb: 'plan' | 'apply', description: string): void {
  const defined = addPlanOptions(addHostOptions(command.command(verb)))
    .description(description)
    .option('--backend <NAME>', 'nftables or ufw; by default the one in use')
    .option('--prune', 'remove rules that valops did not make as well');
  bind(defined, async ({ options, context }) => {
    const { runPlan } = await import('../plan-run.ts');
    return runPlan(await context(), {
      options,
      planOnly: verb === 'plan',
      job: (config) => firewallJobOf(config, options),
    });
  });
}

/** The job for what `valops.yaml` and the options say. Throws USAGE. */
export async function firewallJobOf(config: Config, options: Options): Promise<Job> {
  const { firewallJob } = await import('../../firewall/job.ts');
  return firewallJob({
    policy: policyOf(config),
    backend: backendOf(options),
    prune: read(options).flag('prune'),
    sshPort: config.ssh.port,
  });
}

/** What `valops.yaml` says of the firewall. Without it there is no management source, and a plan is refused. */
export function policyOf({ firewall }: Config): NonNullable<Config['firewall']> {
  return firewall ?? { management: [], public: [], local: [], egressDeny: [] };
}

/** Throws USAGE for a name that is no backend. */
export function backendOf(options: Options): (typeof backends)[number] | undefined {
  const given = read(options).text('backend');
  const backend = backends.find((one) => one === given);
  if (given === undefined || backend !== undefined) return backend;
  throw new ValopsError('USAGE', `--backend is "${given}", expected one of: ${backends.join(', ')}`, {
    hint: 'Leave it out to use the one at work on the host.',
  });
}
