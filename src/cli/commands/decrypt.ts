import { collect, read, requireFileForJson, wholeNumber } from '../arguments.ts';
import type { Define } from '../command.ts';

export const defineDecrypt: Define = (command, bind) => {
  command
    .argument('[input]', 'sealed file; standard input without it or with "-"')
    .option(
      '-i, --identity <FILE>',
      'open with these private keys (repeatable); a passphrase is asked without',
      collect,
      [],
    )
    .option('--passphrase-fd <N>', 'read the passphrase from descriptor N', wholeNumber('--passphrase-fd', 0))
    .option('-o, --output <FILE>', 'write to FILE (0600); it appears only when every byte is authenticated')
    .option('--unsafe-overwrite', 'replace an existing output file')
    .option('--json', 'print one JSON document about it (needs -o FILE)')
    .addHelpText(
      'after',
      `
Identities: age keys, passphrase-protected age keys, age plugin identities, OpenSSH private keys.
Every opening is written to the journal.

Examples:
  valops decrypt -i ~/.valops/age/host-identity.key -o notes.txt notes.age
  valops decrypt -i key.txt < secrets.tar.age | tar x
  valops decrypt --passphrase-fd 3 key.age 3< passphrase.txt`,
    );
  bind(command, async ({ args, options, context }) => {
    const given = read(options);
    requireFileForJson(given.flag('json'), given.text('output'));
    const { decrypt } = await import('../../seal/decrypt.ts');
    const result = await decrypt(await context(), {
      input: args[0],
      identityFiles: given.list('identity'),
      passphraseFd: given.number('passphraseFd'),
      output: { path: given.text('output'), overwrite: given.flag('unsafeOverwrite') },
    });
    if (!given.flag('json')) return;
    return { document: { schema: 'valops/decrypt/1', ...result }, text: () => '' };
  });
};
