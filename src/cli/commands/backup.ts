import type { Command } from 'commander';
import { exitStatus } from '../../lib/errors.ts';
import { collect, read, wholeNumber } from '../arguments.ts';
import { declaredBackups } from '../backup-policy.ts';
import type { Bind, Define } from '../command.ts';
import { defineBackupDrill } from './backup-drill.ts';
import { defineBackupRestore } from './backup-restore.ts';

export const defineBackup: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops backup create                                  what valops.yaml declares, to the directories it names
  valops backup create --to /media/usb -R offline.txt   to this medium, for these recipients too
  valops backup status                                  exit 3 when a copy or a proof is missing or old
  valops backup verify /media/usb/backup-*.age -i offline.key`,
  );
  defineCreate(command, bind);
  defineList(command, bind);
  defineStatus(command, bind);
  defineVerify(command, bind);
  defineBackupRestore(command, bind);
  defineBackupDrill(command, bind);
  definePrune(command, bind);
};

const configFlags = '--config <FILE>';
const configText = 'configuration (default: valops.yaml here, or VALOPS_CONFIG)';

function defineCreate(command: Command, bind: Bind): void {
  const create = command
    .command('create')
    .description('seal identities, their state and configuration, as one age file, to every destination')
    .option('--to <DIR>', 'directory to write to, in place of those of valops.yaml (repeatable)', collect, [])
    .option(
      '-r, --recipient <REC>',
      'seal to this recipient too, as one of the offline class (repeatable)',
      collect,
      [],
    )
    .option('-R, --recipients-file <FILE>', 'seal to the recipients in FILE too, likewise (repeatable)', collect, [])
    .option('--host <NAME>', 'name of the host the backup is of (default: the name of this machine)')
    .option(configFlags, configText)
    .option('--json', 'print one JSON document');
  bind(create, async ({ options, context }) => {
    const given = read(options);
    const { createBackup } = await import('../../backup/create.ts');
    const { storedBaselines } = await import('../../audit/baseline/stored.ts');
    const { createdText } = await import('../text/backup.ts');
    const opened = await context();
    const { policy, configuration, pins } = await declaredBackups(opened, options);
    const created = await createBackup(opened, {
      policy,
      configuration: [configuration, ...storedBaselines(opened)],
      pins,
      to: given.list('to'),
      further: { recipients: given.list('recipient'), recipientsFiles: given.list('recipientsFile') },
      host: given.text('host') ?? opened.machine.hostname(),
    });
    const { verdict, entry, written } = created;
    return {
      document: { schema: 'valops/backup-create/1', verdict, backup: entry, written },
      text: (style) => createdText(created, style),
    };
  });
}

function defineList(command: Command, bind: Bind): void {
  const list = command
    .command('list')
    .description('list the backups this home knows, their copies as they are now, and their proofs')
    .option('--json', 'print one JSON document');
  bind(list, async ({ context }) => {
    const { listBackups } = await import('../../backup/list.ts');
    const { listedText } = await import('../text/backup.ts');
    const backups = await listBackups(await context());
    return {
      document: { schema: 'valops/backup-list/1', backups },
      text: (style) =>
        backups.map((backup) => listedText(backup, style)).join('') ||
        'no backups yet; make one with: valops backup create\n',
    };
  });
}

function defineStatus(command: Command, bind: Bind): void {
  const status = command
    .command('status')
    .description('tell whether the backups could be relied on today; exit 3 when not')
    .option(configFlags, configText)
    .option('--json', 'print one JSON document');
  bind(status, async ({ options, context }) => {
    const { backupsStatus } = await import('../../backup/status.ts');
    const { statusText } = await import('../text/backup.ts');
    const opened = await context();
    const { policy } = await declaredBackups(opened, options);
    const found = await backupsStatus(opened, policy);
    return {
      document: { schema: 'valops/backup-status/1', ...found },
      text: (style) => statusText(found, style),
      exitStatus: found.problems.length > 0 ? exitStatus.findings : exitStatus.done,
    };
  });
}

function defineVerify(command: Command, bind: Bind): void {
  const verify = command
    .command('verify')
    .description('verify backups: against the catalogue without a key, every byte with one; exit 3 when one fails')
    .argument('<file...>', 'backups')
    .option('-i, --identity <KEYFILE>', 'private key to open them with, in memory (repeatable)', collect, [])
    .option('--passphrase-fd <N>', 'passphrase of the keys, from descriptor N', wholeNumber('--passphrase-fd', 0))
    .option('--json', 'print one JSON document');
  bind(verify, async ({ args, options, context }) => {
    const given = read(options);
    const { verifyBackups } = await import('../../backup/verify.ts');
    const { verifiedText } = await import('../text/backup.ts');
    const paths = args.filter((path) => path !== undefined);
    const backups = await verifyBackups(await context(), paths, {
      identityFiles: given.list('identity'),
      shares: [],
      typed: false,
      passphraseFd: given.number('passphraseFd'),
    });
    return {
      document: { schema: 'valops/backup-verify/1', backups },
      text: (style) => backups.map((backup) => verifiedText(backup, style)).join(''),
      exitStatus: backups.some(({ problem }) => problem !== null) ? exitStatus.findings : exitStatus.done,
    };
  });
}

function definePrune(command: Command, bind: Bind): void {
  const prune = command
    .command('prune')
    .description('remove old backups by count and age; never the last good one, nor the newest proven one')
    .option('--keep <N>', 'keep this many instead of "keep: count:" of valops.yaml', wholeNumber('--keep', 1))
    .option('--plan', 'show what would be removed and stop; exit 3 when there is something')
    .option('--yes', 'do not ask before removing')
    .option(configFlags, configText)
    .option('--json', 'print one JSON document');
  bind(prune, async ({ options, context }) => {
    const given = read(options);
    const { pruneBackups } = await import('../../backup/prune.ts');
    const { prunedText, prunePlanText } = await import('../text/backup.ts');
    const { plainStyle } = await import('../../ui/style.ts');
    const opened = await context();
    const { policy } = await declaredBackups(opened, options);
    const pruned = await pruneBackups(opened, {
      keep: { count: given.number('keep') ?? policy.keep.count, days: policy.keep.days },
      planOnly: given.flag('plan'),
      async agree(plan) {
        if (given.flag('yes')) return true;
        opened.prompt.require('--yes');
        opened.events.emit({ kind: 'note', message: prunePlanText(plan, plainStyle(false)).trimEnd() });
        return opened.prompt.yes({ message: `Remove ${plan.doomed.length} backups for good?`, flag: '--yes' });
      },
    });
    return {
      document: { schema: 'valops/backup-prune/1', ...pruned },
      text: (style) => prunedText(pruned, style),
      exitStatus: pruned.verdict === 'planned' && given.flag('plan') ? exitStatus.findings : exitStatus.done,
    };
  });
}
