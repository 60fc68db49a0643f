import type { Command } from 'commander';
import type { Context } from '../../core/context.ts';
import type { NewSetRequest } from '../../keys/escrow/split.ts';
import type { ShareArguments } from '../../keys/escrow/sources.ts';
import { exitStatus, ValopsError } from '../../lib/errors.ts';
import { collect, read, wholeNumber } from '../arguments.ts';
import type { Bind, Define, Options } from '../command.ts';

/** `valops keys escrow …`: an age key among m-of-n trustees. */
export const defineEscrow: Define = (keys, bind) => {
  const command = keys
    .command('escrow')
    .description('split an age key among trustees, check their shares, recover and reshare it')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  valops keys escrow split --threshold 3 --trustee ann=age1… --trustee bob=age1… --trustee cy=age1… \\
      --trustee dee=age1… --trustee eve=age1… --out shares --paper /dev/shm/pages
  valops keys escrow check SET-1-ann.age -i ann.key      a trustee proves the share, alone
  valops keys escrow recover SET-*.age -i ann.key -i bob.key -i cy.key
  valops keys escrow recover --typed -o /dev/shm/recovered.key

A share is an age file sealed to its trustee, or a page. It carries what is needed to prove it to be whole
and of its set. Shares can be given as files, as typed or scanned lines ("-", --typed), or mixed.`,
    );
  defineSplit(command, bind);
  defineInspect(command, bind);
  defineCheck(command, bind);
  defineRecover(command, bind);
  defineReshare(command, bind);
};

function withNewSet(command: Command): Command {
  return command
    .requiredOption('--threshold <M>', 'so many shares recover the key', wholeNumber('--threshold', 2))
    .requiredOption(
      '--trustee <NAME=RECIPIENT>',
      'keeps a share sealed to RECIPIENT; with --paper NAME alone will do (repeatable)',
      collect,
    )
    .requiredOption('--out <DIR>', 'new directory for the sealed shares and the public record of the set')
    .option('--paper <DIR>', 'new directory for a page to print for each trustee, in clear')
    .option('--unsafe-paper-on-disk', 'do not ask when the pages would be on a disk');
}

function withShares(command: Command): Command {
  return command
    .argument('[share...]', 'share files, pages, or files of typed lines; "-" for standard input')
    .option('-i, --identity <KEYFILE>', 'private key of a trustee, for sealed shares (repeatable)', collect, [])
    .option('--environment <ENV>', 'without -i, open them with the key of this environment on this machine')
    .option('--passphrase-fd <N>', 'passphrase of the keys, from descriptor N', wholeNumber('--passphrase-fd', 0));
}

function sharesOf(args: readonly (string | undefined)[], options: Options): ShareArguments {
  const given = read(options);
  return {
    shares: args.filter((path) => path !== undefined),
    identityFiles: given.list('identity'),
    environment: given.text('environment'),
    passphraseFd: given.number('passphraseFd'),
  };
}

function newSetOf(options: Options): NewSetRequest {
  const given = read(options);
  return {
    threshold: given.number('threshold') ?? 0,
    trustees: given.list('trustee'),
    out: given.text('out') ?? '',
    paper: given.text('paper'),
    unsafePaperOnDisk: given.flag('unsafePaperOnDisk'),
  };
}

/** For commands that hold the whole key in memory. */
async function withWarnings(context: () => Promise<Context>): Promise<Context> {
  const { warnOfSurroundings } = await import('../../identity/surroundings.ts');
  const opened = await context();
  warnOfSurroundings(opened);
  return opened;
}

function defineSplit(command: Command, bind: Bind): void {
  const split = withNewSet(command.command('split'))
    .description('split an age key: any M of the shares recover it, fewer tell nothing')
    .option('-i, --identity <KEYFILE>', "the key to split; this machine's own without")
    .option('--environment <ENV>', 'without -i, split the key of this environment')
    .option('--passphrase-fd <N>', 'passphrase of the key, from descriptor N', wholeNumber('--passphrase-fd', 0))
    .option('--json', 'print one JSON document');
  bind(split, async ({ options, context }) => {
    const given = read(options);
    const { splitKey } = await import('../../keys/escrow/split.ts');
    const { madeSetDocument, madeSetText } = await import('../text/escrow.ts');
    const made = await splitKey(await withWarnings(context), {
      ...newSetOf(options),
      identityFile: given.text('identity'),
      environment: given.text('environment'),
      passphraseFd: given.number('passphraseFd'),
    });
    return {
      document: { schema: 'valops/escrow-split/1', ...madeSetDocument(made) },
      text: (style) => madeSetText(made, style),
    };
  });
}

function defineInspect(command: Command, bind: Bind): void {
  const inspect = command
    .command('inspect')
    .description('tell what shares are, without a key; exit 3 when one is not of the record')
    .argument('<share...>', 'share files or pages; "-" for standard input')
    .option('--record <FILE>', 'the public record of the set, which knows the digests of the sealed shares')
    .option('--json', 'print one JSON document');
  bind(inspect, async ({ args, options, context }) => {
    const { inspectShares } = await import('../../keys/escrow/inspect.ts');
    const { inspectedText } = await import('../text/escrow.ts');
    const record = read(options).text('record');
    const paths = args.filter((path) => path !== undefined);
    const shares = await inspectShares(await context(), paths, record);
    return {
      document: { schema: 'valops/escrow-inspect/1', shares },
      text: (style) => shares.map((share) => inspectedText(share, style)).join(''),
      exitStatus: shares.some(({ matchesRecord }) => matchesRecord === false) ? exitStatus.findings : exitStatus.done,
    };
  });
}

function defineCheck(command: Command, bind: Bind): void {
  const check = withShares(command.command('check'))
    .description('prove each share alone: whole, and of its set; exit 3 when one is not')
    .option('--set <SET>', 'the set they must be of, as a page or a record has it')
    .option('--json', 'print one JSON document');
  bind(check, async ({ args, options, context }) => {
    const { checkShares } = await import('../../keys/escrow/check.ts');
    const { checkedText } = await import('../text/escrow.ts');
    const shares = await checkShares(await context(), { ...sharesOf(args, options), set: read(options).text('set') });
    return {
      document: { schema: 'valops/escrow-check/1', shares },
      text: (style) => shares.map((share) => checkedText(share, style)).join(''),
      exitStatus: shares.some(({ problem }) => problem !== null) ? exitStatus.findings : exitStatus.done,
    };
  });
}

function defineRecover(command: Command, bind: Bind): void {
  const recover = withShares(command.command('recover'))
    .description('recover the key in memory and prove it; it is written only with -o')
    .option('--typed', 'ask on the terminal for the lines of the shares that are missing')
    .option('-o, --output <FILE>', 'write the private key (0600, never over a file)')
    .option('--json', 'print one JSON document');
  bind(recover, async ({ args, options, context }) => {
    const given = read(options);
    const output = given.text('output');
    if (output === '-' && given.flag('json')) {
      throw new ValopsError('USAGE', '--json prints a document where the key would go', { hint: 'Add -o FILE.' });
    }
    const { recoverToFile } = await import('../../keys/escrow/recover.ts');
    const { proofText } = await import('../text/escrow.ts');
    const request = { ...sharesOf(args, options), typed: given.flag('typed') };
    const proof = await recoverToFile(await withWarnings(context), request, output);
    if (output === '-') return;
    return {
      document: { schema: 'valops/escrow-recover/1', proven: true, ...proof },
      text: (style) => proofText(proof, style),
    };
  });
}

function defineReshare(command: Command, bind: Bind): void {
  const reshare = withNewSet(withShares(command.command('reshare')))
    .description('recover the key in memory and split it anew, to other trustees; the key stays the same')
    .option('--typed', 'ask on the terminal for the lines of the shares that are missing')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
The shares of the old set go on working: whoever has enough of them recovers the key. Have them destroyed,
or make a new key and seal everything to that one.`,
    );
  bind(reshare, async ({ args, options, context }) => {
    const { reshareKey } = await import('../../keys/escrow/reshare.ts');
    const { madeSetDocument, madeSetText, oldSetText } = await import('../text/escrow.ts');
    const old = { ...sharesOf(args, options), typed: read(options).flag('typed') };
    const made = await reshareKey(await withWarnings(context), old, newSetOf(options));
    return {
      document: { schema: 'valops/escrow-split/1', ...madeSetDocument(made), oldSet: made.oldSet },
      text: (style) => `${madeSetText(made, style)}${oldSetText(made, style)}`,
    };
  });
}
