import type { Command } from 'commander';
import type { RestorePlan } from '../../backup/restore-plan.ts';
import type { Context } from '../../core/context.ts';
import { exitStatus, ValopsError } from '../../lib/errors.ts';
import { plainStyle } from '../../ui/style.ts';
import { collect, read, wholeNumber } from '../arguments.ts';
import type { Bind } from '../command.ts';
import { planText, restoredDocument, restoredText } from '../text/backup-restore.ts';

const answer = '--yes (or --plan to see what would be done)';

/** `valops backup restore`. */
export function defineBackupRestore(backup: Command, bind: Bind): void {
  const restore = withOpeningKeys(
    backup.command('restore').description('put back what a backup holds; never over another identity or a newer state'),
  )
    .argument('<file>', 'the backup')
    .option('--only <MEMBER>', 'a member by its path, or an identity by its public id (repeatable)', collect, [])
    .option('--root <DIR>', 'put everything below DIR instead of where it came from')
    .option('--owner <USER[:GROUP]>', 'owner of what is written, instead of the recorded numbers')
    .option('--keep-state', "keep a double-sign state that is newer than the backup's, and restore the rest")
    .option('--fenced <HOW>', 'how it is known that no other host runs the identities, for the journal')
    .option('--plan', 'show what would be done and stop')
    .option('--yes', 'do not ask; asserts that no other host runs the identities')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  valops backup restore /media/usb/backup-node1-20261101T040000Z.age -i offline.key --plan
  valops backup restore /media/usb/backup-node1-20261101T040000Z.age -i offline.key --owner validator:validator
  valops backup restore identity-backup-ID.age --share SET-1-ann.age --share SET-3-cy.age -i ann.key -i cy.key

Everything is opened and proven in memory before anything is written. What is there already stays: a restore
that was cut short is completed by running it again. A file of configuration that differs is kept beside.`,
    );
  bind(restore, async ({ args, options, context }) => {
    const given = read(options);
    const [file = ''] = args;
    if (file === '-') {
      throw new ValopsError('USAGE', 'a backup is read twice, so it cannot come from standard input', {
        hint: 'Give it as a file.',
      });
    }
    const { restoreBackup } = await import('../../backup/restore.ts');
    const { warnOfSurroundings } = await import('../../identity/surroundings.ts');
    const opened = await context();
    if (!given.flag('plan') && !given.flag('yes')) opened.prompt.require(answer);
    warnOfSurroundings(opened);
    const fenced = given.text('fenced');
    const result = await restoreBackup(opened, {
      file,
      ...openingOf(options),
      only: given.list('only'),
      root: given.text('root'),
      owner: given.text('owner'),
      keepState: given.flag('keepState'),
      agree: async (plan) => {
        if (given.flag('plan')) return null;
        if (given.flag('yes')) return fenced ?? 'asserted by --yes';
        return (await ask(opened, plan)) ? (fenced ?? 'answered on the terminal') : null;
      },
    });
    return {
      document: { schema: 'valops/backup-restore/1', ...restoredDocument(result) },
      text: (style) => restoredText(result, style),
      exitStatus: result.verdict === 'planned' ? exitStatus.findings : exitStatus.done,
    };
  });
}

/** Adds the options that name the keys to open backups with. */
export function withOpeningKeys(command: Command): Command {
  return command
    .option('-i, --identity <KEYFILE>', 'open with this private key (repeatable)', collect, [])
    .option('--share <SHARE>', 'share of an escrow key, sealed to a trustee or clear (repeatable)', collect, [])
    .option('--typed', 'ask on the terminal for the lines of the shares that are missing')
    .option('--passphrase-fd <N>', 'passphrase of the keys, from descriptor N', wholeNumber('--passphrase-fd', 0));
}

/** What `withOpeningKeys` took. */
export function openingOf(options: Readonly<Record<string, unknown>>): {
  readonly identityFiles: readonly string[];
  readonly shares: readonly string[];
  readonly typed: boolean;
  readonly passphraseFd: number | undefined;
} {
  const given = read(options);
  return {
    identityFiles: given.list('identity'),
    shares: given.list('share'),
    typed: given.flag('typed'),
    passphraseFd: given.number('passphraseFd'),
  };
}

async function ask({ events, prompt }: Context, plan: RestorePlan): Promise<boolean> {
  events.emit({ kind: 'note', message: `the plan:\n${planText(plan, plainStyle(false))}` });
  const ids = plan.deploys.map(({ publicId }) => publicId).join(', ');
  const message =
    ids === ''
      ? `Write this below ${plan.root}?`
      : `Place ${ids} on this host? Only if no other host runs it, now or later: two would sign twice`;
  return prompt.yes({ message, flag: answer });
}
