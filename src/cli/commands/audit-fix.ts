import type { Define } from '../command.ts';
import { addHostOptions } from '../host-options.ts';
import { addPlanOptions } from '../plan-options.ts';

/** `valops audit fix`. */
export const defineAuditFix: Define = (audit, bind) => {
  const fix = addPlanOptions(addHostOptions(audit.command('fix')))
    .description('put findings right by a plan where there is one, and tell what to do about the others')
    .argument('<ID...>', 'of checks, or family.*')
    .option('--backend <NAME>', 'of the firewall: nftables or ufw; by default the one in use')
    .option('--prune', 'remove firewall rules that valops did not make as well')
    .addHelpText(
      'after',
      `
Examples:
  valops audit fix ssh.ciphers ssh.macs --host val-1 --plan    what would be changed; exit 3
  valops audit fix ssh.* firewall.* --host val-1               one change, one guard

A plan puts right all that its part of valops.yaml declares: that of SSH, of the firewall, or both.
Exit 3 when something is left that no plan puts right.`,
    );
  bind(fix, async ({ args, options, context }) => {
    const { fixFindings } = await import('../audit-fix.ts');
    return fixFindings(
      await context(),
      args.filter((one) => one !== undefined),
      options,
    );
  });
};
