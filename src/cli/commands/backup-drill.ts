import type { Command } from 'commander';
import { exitStatus } from '../../lib/errors.ts';
import { declaredBackups } from '../backup-policy.ts';
import type { Bind } from '../command.ts';
import { drillText } from '../text/backup-drill.ts';
import { openingOf, withOpeningKeys } from './backup-restore.ts';

/** `valops backup drill`. */
export function defineBackupDrill(backup: Command, bind: Bind): void {
  const drill = withOpeningKeys(
    backup
      .command('drill')
      .description('open backups with every key, in memory only, and record a dated proof; exit 3 when one is missing'),
  )
    .argument('[file...]', 'backups; every backup of the catalogue without')
    .option('--config <FILE>', 'configuration (default: valops.yaml here, or VALOPS_CONFIG)')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  valops backup drill -i ~/.valops/age/host-identity.key -i /media/usb/offline.key
  valops backup drill --share SET-1-ann.age --share SET-2-bob.age --share SET-3-cy.age -i ann.key -i bob.key -i cy.key

A class (host, offline, escrow) is proven by a key that is among the recipients of the backup; escrow only by the
shares of enough trustees. A class for which no key is given is not proven now, and its last proof counts as long
as "drill: every:" of valops.yaml says.`,
    );
  bind(drill, async ({ args, options, context }) => {
    const { drillBackups } = await import('../../backup/drill.ts');
    const { warnOfSurroundings } = await import('../../identity/surroundings.ts');
    const opened = await context();
    const { policy } = await declaredBackups(opened, options);
    warnOfSurroundings(opened);
    const made = await drillBackups(opened, {
      files: args.filter((path) => path !== undefined),
      ...openingOf(options),
      policy: policy.drill,
    });
    return {
      document: { schema: 'valops/backup-drill/1', ...made.drill, report: made.reportFile },
      text: (style) => drillText(made.drill, made.reportFile, style),
      exitStatus: made.drill.verdict === 'proven' ? exitStatus.done : exitStatus.findings,
    };
  });
}
