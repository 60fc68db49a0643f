import { collect, read, requireFileForJson, wholeNumber } from '../arguments.ts';
import type { Define } from '../command.ts';

export const defineEncrypt: Define = (command, bind) => {
  command
    .argument('[input]', 'file to seal; standard input without it or with "-"')
    .option('-r, --recipient <RECIPIENT>', 'seal to this recipient (repeatable)', collect, [])
    .option('-R, --recipients-file <FILE>', 'seal to every recipient of the file (repeatable)', collect, [])
    .option('-i, --identity <FILE>', 'seal to the recipients of these private keys (repeatable)', collect, [])
    .option('-p, --passphrase', 'seal to a passphrase instead')
    .option('--passphrase-fd <N>', 'read the passphrase from descriptor N', wholeNumber('--passphrase-fd', 0))
    .option('-a, --armor', 'write ASCII armor')
    .option('-o, --output <FILE>', 'write to FILE; it appears only when it is complete')
    .option('--unsafe-overwrite', 'replace an existing output file')
    .option('--json', 'print one JSON document about it (needs -o FILE)')
    .addHelpText(
      'after',
      `
Recipients: age1…, age1pq1…, age1tag1…, age1tagpq1…, age1PLUGIN1…, ssh-ed25519 …, ssh-rsa …

Examples:
  valops encrypt -r age1… -r age1… -o notes.age notes.txt
  tar c secrets | valops encrypt -R recipients.txt > secrets.tar.age
  valops encrypt -p --passphrase-fd 3 -a -o key.age key.txt 3< passphrase.txt`,
    );
  bind(command, async ({ args, options, context }) => {
    const given = read(options);
    requireFileForJson(given.flag('json'), given.text('output'));
    const { encrypt } = await import('../../seal/encrypt.ts');
    const result = await encrypt(await context(), {
      input: args[0],
      recipients: given.list('recipient'),
      recipientsFiles: given.list('recipientsFile'),
      identityFiles: given.list('identity'),
      passphrase: given.flag('passphrase'),
      passphraseFd: given.number('passphraseFd'),
      armor: given.flag('armor'),
      output: { path: given.text('output'), overwrite: given.flag('unsafeOverwrite') },
    });
    if (!given.flag('json')) return;
    return { document: { schema: 'valops/encrypt/1', ...result }, text: () => '' };
  });
};
