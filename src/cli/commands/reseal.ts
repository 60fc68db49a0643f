import type { Context } from '../../core/context.ts';
import { exitStatus } from '../../lib/errors.ts';
import type { ResealRequest } from '../../reseal/reseal.ts';
import { collect, read, wholeNumber } from '../arguments.ts';
import type { Define, Options } from '../command.ts';

/** `valops reseal …`: other recipients for files that are sealed. */
export const defineReseal: Define = (command, bind) => {
  command
    .argument('<path...>', 'sealed files, or directories with all sealed files below them')
    .requiredOption('--to <FILE>', 'the recipients they get, one on each line, for age -R')
    .requiredOption('-i, --identity <KEYFILE>', 'private key that opens them now (repeatable)', collect)
    .option('--verify-with <KEYFILE>', 'private key of a new recipient, to prove with (repeatable)', collect, [])
    .option('--removed <KEYFILE>', 'private key that must open none of them afterwards (repeatable)', collect, [])
    .option('--leave-foreign', 'leave and name files that no key opens, in place of refusing')
    .option('--passphrase-fd <N>', 'passphrase of the keys, from descriptor N', wholeNumber('--passphrase-fd', 0))
    .option('--plan', 'show what would be done and stop; exit 3 when there is something')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  valops reseal /media/usb --to recipients.txt -i ~/.valops/age/host-identity.key --plan
  valops reseal secrets validator.age --to recipients.txt -i ann.key --removed bob.key --yes

Every file gets a new file key and is proven before any is replaced; then all are replaced, by renames. A run that
is stopped leaves each file as it was or as planned, and the next run finishes or clears up. A key that was removed
still opens old copies: those which are known here are named.`,
    );
  bind(command, async ({ args, options, context }) => {
    const { reseal } = await import('../../reseal/reseal.ts');
    const given = read(options);
    const opened = await context();
    const resealed = await reseal(opened, {
      paths: args.filter((path) => path !== undefined),
      to: given.text('to') ?? '',
      identityFiles: given.list('identity'),
      verifyWith: given.list('verifyWith'),
      removed: given.list('removed'),
      foreign: given.flag('leaveForeign') ? 'leave' : 'refuse',
      ...resealMode(opened, options),
    });
    const { resealDocument, resealText } = await import('../text/reseal.ts');
    return {
      document: { schema: 'valops/reseal/1', ...resealDocument(resealed) },
      text: (style) => resealText(resealed, style),
      exitStatus: resealed.verdict === 'planned' ? exitStatus.findings : exitStatus.done,
    };
  });
};

type Mode = Pick<ResealRequest, 'planOnly' | 'approve' | 'passphraseFd'>;

/** What `--plan`, `--yes` and `--passphrase-fd` say. Throws USAGE_NO_TERMINAL before a key is used in vain. */
export function resealMode(context: Context, options: Options): Mode {
  const given = read(options);
  const planOnly = given.flag('plan');
  const passphraseFd = given.number('passphraseFd');
  if (planOnly || given.flag('yes')) return { planOnly, passphraseFd };
  context.prompt.require('--yes (or --plan to see what would be done)');
  return {
    ...{ planOnly, passphraseFd },
    approve: async (plan, recipients) => {
      const { resealPlanText } = await import('../text/reseal.ts');
      const { plainStyle } = await import('../../ui/style.ts');
      context.events.emit({
        kind: 'note',
        message: `the plan:\n${resealPlanText(plan, recipients, plainStyle(false))}`,
      });
      return context.prompt.yes({ message: 'Seal them anew?', flag: '--yes' });
    },
  };
}
