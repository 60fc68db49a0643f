import { read } from '../arguments.ts';
import type { Define } from '../command.ts';
import { addHostOptions } from '../host-options.ts';
import { addPlanOptions } from '../plan-options.ts';
import { firewallOrder } from '../firewall-order.ts';

export const defineHarden: Define = (command, bind) => {
  addPlanOptions(addHostOptions(command))
    .option('--profile <NAME>', 'of SSH hardening; by default that of valops.yaml, or validator')
    .option('--backend <NAME>', 'of the firewall: nftables or ufw; by default the one in use')
    .option('--prune', 'remove firewall rules that valops did not make as well')
    .addHelpText(
      'after',
      `
Examples:
  valops harden --host val-1 --plan      firewall and SSH in one plan
  valops harden --host val-1             one change, one guard, proven by one new login
  valops harden --host all --parallel 5  a group: the first host alone, then five at once`,
    );
  bind(command, async ({ options, context: open }) => {
    const { runPlan } = await import('../plan-run.ts');
    const { hardenJob } = await import('../../harden/job.ts');
    const { resolveSshPolicy } = await import('../../policy/ssh/policy.ts');
    const profile = read(options).text('profile');
    const context = await open();
    return runPlan(context, {
      options,
      planOnly: false,
      job: (config) =>
        hardenJob(firewallOrder(config, options), resolveSshPolicy(config.ssh, profile), (message) =>
          context.events.emit({ kind: 'warning', message }),
        ),
    });
  });
};
