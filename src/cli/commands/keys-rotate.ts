import { collect, read, wholeNumber } from '../arguments.ts';
import type { Define } from '../command.ts';
import { resealMode } from './reseal.ts';

/** `valops keys rotate …`: a new age key in the place of the old one. */
export const defineRotate: Define = (keys, bind) => {
  const command = keys
    .command('rotate')
    .description('replace an age key, and seal what is sealed to it to the new one')
    .argument('[path...]', 'look for sealed files here too, besides VALOPS_HOME')
    .option('--environment <ENV>', 'the key of this environment')
    .option(
      '-r, --recipient <RECIPIENT>',
      'another recipient of those files, which they keep (repeatable)',
      collect,
      [],
    )
    .option('-R, --recipients-file <FILE>', 'file of such recipients (repeatable)', collect, [])
    .option('--pq', 'make the new key a post-quantum hybrid')
    .option(
      '--passphrase-fd <N>',
      'passphrase of the key, old and new, from descriptor N',
      wholeNumber('--passphrase-fd', 0),
    )
    .option('--plan', 'show what would be done and stop; exit 3')
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  valops keys rotate -R recipients.txt --plan
  valops keys rotate --environment mainnet -R recipients.txt /media/usb

The old key is kept beside the new one as host-identity.key.retired-DATE: it opens old copies. Files that were
sealed to others too keep them; a header does not name them, so give them with -R (the old key in it is passed over).`,
    );
  bind(command, async ({ args, options, context }) => {
    const { rotateKey } = await import('../../keys/rotate.ts');
    const { rotatedDocument, rotatedText } = await import('../text/reseal.ts');
    const { exitStatus } = await import('../../lib/errors.ts');
    const given = read(options);
    const opened = await context();
    const rotated = await rotateKey(opened, {
      environment: given.text('environment'),
      paths: args.filter((path) => path !== undefined),
      others: {
        recipients: given.list('recipient'),
        recipientsFiles: given.list('recipientsFile'),
        identityFiles: [],
      },
      postQuantum: given.flag('pq'),
      ...resealMode(opened, options),
    });
    return {
      document: { schema: 'valops/keys-rotate/1', ...rotatedDocument(rotated) },
      text: (style) => rotatedText(rotated, style),
      exitStatus: rotated.verdict === 'planned' ? exitStatus.findings : exitStatus.done,
    };
  });
};
