import type { Define } from '../command.ts';
import { addHostOptions } from '../host-options.ts';

/** `valops audit baseline accept|show|diff`. */
export const defineAuditBaseline: Define = (audit, bind) => {
  const command = audit
    .command('baseline')
    .description('the accepted good state of hosts: accounts, keys, listeners, rules, units, files with power')
    .addHelpText(
      'after',
      `
Examples:
  valops audit baseline accept --host val-1     look at what differs, and accept it
  valops audit baseline diff --host val-1       exit 3 when something differs
  valops audit baseline show --host val-1       what was accepted; asks no host

"valops audit run" compares with it in every checklist (baseline.*).`,
    );
  const accept = addHostOptions(command.command('accept'))
    .description('accept the present state as the good one; its digest goes into the journal')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON document');
  bind(accept, async ({ options, context }) => {
    const { acceptBaseline } = await import('../audit-baseline-accept.ts');
    return acceptBaseline(await context(), options);
  });
  const show = addHostOptions(command.command('show'))
    .description('print what was accepted')
    .option('--json', 'print one JSON document');
  bind(show, async ({ options, context }) => {
    const { showBaseline } = await import('../audit-baseline.ts');
    return showBaseline(await context(), options);
  });
  const diff = addHostOptions(command.command('diff'))
    .description('compare with what was accepted; exit 3 when something differs or is not known')
    .option('--json', 'print one JSON document');
  bind(diff, async ({ options, context }) => {
    const { diffBaseline } = await import('../audit-baseline.ts');
    return diffBaseline(await context(), options);
  });
};
