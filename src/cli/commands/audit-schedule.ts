import type { Command } from 'commander';
import type { Define } from '../command.ts';
import { addHostOptions } from '../host-options.ts';
import { addPlanOptions } from '../plan-options.ts';

/** `valops audit schedule install|remove|status|test`. */
export const defineAuditSchedule: Define = (audit, bind) => {
  const command = audit
    .command('schedule')
    .description('make a host run checklists by itself, by timers of systemd or by cron')
    .addHelpText(
      'after',
      `
Examples:
  valops audit schedule install weekly monthly quarterly --plan    what would be installed
  valops audit schedule install weekly monthly quarterly           on this machine
  valops audit schedule test weekly                                one run now, as the timer would; nothing is sent
  valops audit schedule status                                     next and last run; exit 3 when something is wrong

Who is told: audit.delivery in valops.yaml; when, and as whom: audit.schedule.`,
    );
  const install = addPlanOptions(addHostOptions(command.command('install')))
    .description('install a timer for each checklist, or a line of cron where systemd does not run')
    .argument('<CHECKLIST...>', 'with a cadence: weekly, monthly, quarterly, or of valops.yaml')
    .option('--unsafe-http', 'the runs may deliver by http:// to addresses of their own machine; journalled');
  bind(install, async ({ args, options, context }) => {
    const { installSchedule } = await import('../audit-schedule.ts');
    return installSchedule(await context(), words(args), options);
  });
  const remove = addPlanOptions(addHostOptions(command.command('remove')))
    .description('remove what was installed; reports stay')
    .argument('[CHECKLIST...]', 'these; by default all');
  bind(remove, async ({ args, options, context }) => {
    const { removeSchedule } = await import('../audit-schedule.ts');
    return removeSchedule(await context(), words(args), options);
  });
  const status = asking(command, 'status')
    .description('tell next run, last run and its result; exit 3 when something is wrong')
    .argument('[CHECKLIST...]', 'these must be scheduled; by default at least one');
  bind(status, async ({ args, options, context }) => {
    const { showSchedule } = await import('../audit-schedule-status.ts');
    return showSchedule(await context(), words(args), options);
  });
  const test = asking(command, 'test')
    .description(
      'run one now in the surroundings of the timer; tell what would be delivered, deliver and store nothing',
    )
    .argument('<CHECKLIST>', 'whether it is installed or not');
  bind(test, async ({ args, options, context }) => {
    const { testSchedule } = await import('../audit-schedule-test.ts');
    return testSchedule(await context(), args[0] ?? '', options);
  });
};

function asking(command: Command, verb: string): Command {
  return addHostOptions(command.command(verb)).option('--json', 'print one JSON document');
}

function words(args: readonly (string | undefined)[]): readonly string[] {
  return args.filter((one) => one !== undefined);
}
