import type { KeyListed } from '../../keys/list.ts';
import { exitStatus } from '../../lib/errors.ts';
import type { Style } from '../../ui/style.ts';
import { read, wholeNumber } from '../arguments.ts';
import type { Define } from '../command.ts';
import { defineEscrow } from './keys-escrow.ts';
import { defineRotate } from './keys-rotate.ts';

export const defineKeys: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops keys init                           the key of this machine, ~/.valops/age/host-identity.key
  valops keys init --environment mainnet --pq --passphrase
  valops keys show >> recipients.txt`,
  );

  const init = command
    .command('init')
    .description('make the age key of this machine or operator; never replaces one')
    .option('--environment <ENV>', 'make it for this environment, in a directory of its own')
    .option('--pq', 'make a post-quantum hybrid key (ML-KEM-768 with X25519)')
    .option('--passphrase', 'protect the private key by a passphrase')
    .option('--passphrase-fd <N>', 'read the passphrase from descriptor N', wholeNumber('--passphrase-fd', 0))
    .option('--json', 'print one JSON document');
  bind(init, async ({ options, context }) => {
    const given = read(options);
    const { initKey } = await import('../../keys/init.ts');
    const { recipient, fingerprint, identityFile, recipientFile } = await initKey(await context(), {
      environment: given.text('environment'),
      postQuantum: given.flag('pq'),
      passphrase: given.flag('passphrase') || given.number('passphraseFd') !== undefined,
      passphraseFd: given.number('passphraseFd'),
    });
    return {
      document: { schema: 'valops/key/1', recipient, fingerprint, identityFile, recipientFile },
      text: () => `private key  ${identityFile}\nrecipient    ${recipientFile}\n${recipient}\n`,
    };
  });

  const show = command
    .command('show')
    .description('print the recipient, alone on one line')
    .option('--environment <ENV>', 'of this environment')
    .option('--json', 'print one JSON document');
  bind(show, async ({ options, context }) => {
    const { showKey } = await import('../../keys/show.ts');
    const { recipient, fingerprint, identityFile, recipientFile } = await showKey(
      await context(),
      read(options).text('environment'),
    );
    return {
      document: { schema: 'valops/key/1', recipient, fingerprint, identityFile, recipientFile },
      text: () => `${recipient}\n`,
    };
  });

  const list = command
    .command('list')
    .description('list the age keys of all environments and what is wrong with them')
    .option('--json', 'print one JSON document');
  bind(list, async ({ context }) => {
    const { listKeys } = await import('../../keys/list.ts');
    const keys = await listKeys(await context());
    return {
      document: {
        schema: 'valops/keys/1',
        keys: keys.map(({ environment, key, problems }) => ({
          environment,
          type: key?.type ?? null,
          recipient: key?.recipient ?? null,
          fingerprint: key?.fingerprint ?? null,
          identityFile: key?.identityFile ?? null,
          problems,
        })),
      },
      text: (style) =>
        keys.map((key) => listedLine(key, style)).join('') || 'no age keys yet; make one with: valops keys init\n',
      exitStatus: keys.some(({ problems }) => problems.length > 0) ? exitStatus.findings : exitStatus.done,
    };
  });

  defineRotate(command, bind);
  defineEscrow(command, bind);
};

function listedLine({ environment, key, problems }: KeyListed, style: Style): string {
  const name = style.heading(environment ?? '(default)');
  const facts = key === null ? style.bad('unreadable') : `${key.type}  ${key.fingerprint}\n  ${key.recipient}`;
  return `${name}  ${facts}\n${problems.map((problem) => `  ${style.warn('!')} ${problem}\n`).join('')}`;
}
