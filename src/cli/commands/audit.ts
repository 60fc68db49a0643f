import type { Command } from 'commander';
import { collect } from '../arguments.ts';
import type { Bind, Define } from '../command.ts';
import { addHostOptions } from '../host-options.ts';
import { defineAuditBaseline } from './audit-baseline.ts';
import { defineAuditFix } from './audit-fix.ts';
import { defineAuditSchedule } from './audit-schedule.ts';

const formats = 'text, json, junit, sarif, prometheus, markdown or html';

export const defineAudit: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops audit run weekly                            this machine; exit 3 when something is open
  valops audit run weekly --host validators          all hosts of a group, each in one round trip
  valops audit run weekly --changes-only             for cron: silent unless something changed
  valops audit explain ssh.root-login                why, what each profile wants, what to do
  valops audit attest manual.advisories --note 'read 2.1.4'
  valops audit due                                   exit 3 when a checklist was not run in time
  valops audit fix ssh.ciphers --host val-1 --plan   what would put it right
  valops audit schedule install weekly               from now on by a timer

Checklists: pre-deployment, weekly, monthly, quarterly, incident, and those of valops.yaml.`,
  );
  defineRun(command, bind);
  defineList(command, bind);
  defineHistory(command, bind);
  defineAuditBaseline(command, bind);
  defineDue(command, bind);
  defineAttest(command, bind);
  defineAuditFix(command, bind);
  defineAuditSchedule(command, bind);
};

function defineRun(command: Command, bind: Bind): void {
  const run = addOutput(addHostOptions(command.command('run')))
    .description('judge hosts by checklists, store the reports; exit 3 with open findings')
    .argument('<CHECKLIST...>', 'pre-deployment, weekly, monthly, quarterly, incident, or one of valops.yaml')
    .option('--only <ID,…>', 'these checks (or family.*) of it; nothing is stored')
    .option('--facts <FILE>', 'judge what "valops facts --json" saved; nothing is asked, nothing is stored')
    .option('--changes-only', 'print nothing and exit 0 unless something changed or is not known')
    .option('--fail-on <SEVERITY>', 'exit 3 only for critical, high, medium, low or info findings and worse')
    .option('--if-due', 'do nothing when it was run in this week, month or quarter already')
    .option('--deliver', 'also tell it to what audit.delivery declares: webhook, textfile, ping')
    .option('--show-delivery', 'say what --deliver would tell whom; nothing is sent, nothing is stored')
    .option('--unsafe-http', 'with --deliver: allow http:// to addresses of this machine; journalled');
  bind(run, async ({ args, options, context }) => {
    if (['ifDue', 'deliver', 'showDelivery'].some((name) => options[name] === true)) {
      const { runAndDeliver } = await import('../audit-deliver.ts');
      return runAndDeliver(await context(), words(args), options);
    }
    const { runAudit } = await import('../audit-run.ts');
    return runAudit(await context(), words(args), options);
  });
}

function defineList(command: Command, bind: Bind): void {
  const list = addConfig(command.command('list'))
    .description('list checks and manual items, or where the profiles disagree')
    .option('--checklist <NAME>', 'those of one checklist')
    .option('--conflicts', 'only checks of which the profiles want different things');
  bind(list, async ({ options, context }) => {
    const { listChecks } = await import('../audit-list.ts');
    return listChecks(await context(), options);
  });
  const explain = addConfig(command.command('explain'))
    .description('tell why something is looked at, what each profile wants, and what to do')
    .argument('<ID>', 'of a check or a manual item');
  bind(explain, async ({ args, options, context }) => {
    const { explainCheck } = await import('../audit-explain.ts');
    return explainCheck(await context(), args[0] ?? '', options);
  });
}

function defineHistory(command: Command, bind: Bind): void {
  const history = addHostOptions(command.command('history'))
    .description('list stored reports, oldest first')
    .option('--checklist <NAME>', 'of one checklist')
    .option('--json', 'print one JSON document');
  bind(history, async ({ options, context }) => {
    const { showHistory } = await import('../audit-history.ts');
    return showHistory(await context(), options);
  });
  const diff = addHostOptions(command.command('diff'))
    .description('compare two reports, by default the last two; exit 3 when something is new')
    .argument('[A]', 'file of the earlier report')
    .argument('[B]', 'file of the later one')
    .option('--checklist <NAME>', 'of one checklist')
    .option('--json', 'print one JSON document');
  bind(diff, async ({ args, options, context }) => {
    const { diffReports } = await import('../audit-diff.ts');
    return diffReports(await context(), words(args), options);
  });
  const report = addOutput(addHostOptions(command.command('report')))
    .description('print the latest stored reports, or those of many hosts brought here, asking nothing')
    .argument('[CHECKLIST...]', 'of these checklists; by default of every one that was run')
    .option('--merge <FILE...>', 'make one page of these reports, or all in these directories; stalest host first')
    .option('--trust-key <SHA256:…>', 'with --merge: pin this key for the hosts it signs for; repeatable', collect, []);
  bind(report, async ({ args, options, context }) => {
    if (options['merge'] !== undefined) {
      const { mergeReportFiles } = await import('../audit-merge.ts');
      return mergeReportFiles(await context(), words(args), options);
    }
    const { showReports } = await import('../audit-report.ts');
    return showReports(await context(), words(args), options);
  });
}

function defineDue(command: Command, bind: Bind): void {
  const due = addHostOptions(command.command('due'))
    .description('tell which checklists and manual items are late; exit 3 when one is')
    .argument('[CHECKLIST...]', 'these; by default all that have a cadence')
    .option('--json', 'print one JSON document');
  bind(due, async ({ args, options, context }) => {
    const { showDue } = await import('../audit-due.ts');
    return showDue(await context(), words(args), options);
  });
}

function defineAttest(command: Command, bind: Bind): void {
  const attest = addConfig(command.command('attest'))
    .description('sign off a manual item: who, when, and the digest of the evidence, into the journal')
    .argument('<ITEM>', 'manual.NAME')
    .option('--evidence <FILE>', 'its name, size and SHA-256 are recorded')
    .option('--note <TEXT>', 'one line; no secrets')
    .option('--yes', 'do not ask');
  bind(attest, async ({ args, options, context }) => {
    const { attestItem } = await import('../audit-attest.ts');
    return attestItem(await context(), args[0] ?? '', options);
  });
}

function addOutput(command: Command): Command {
  return command
    .option('--format <NAME>', formats, 'text')
    .option('-o, --output <FILE>', 'write the report there, in place of an earlier one')
    .option('--json', 'print one JSON document');
}

function addConfig(command: Command): Command {
  return command
    .option('--config <FILE>', 'configuration (default: valops.yaml here, or VALOPS_CONFIG)')
    .option('--json', 'print one JSON document');
}

function words(args: readonly (string | undefined)[]): readonly string[] {
  return args.filter((one) => one !== undefined);
}
