import type { Command } from 'commander';
import { Option } from 'commander';
import type { GenerateRequest } from '../../identity/generate.ts';
import { kindSummaries, optionNames } from '../../identity/registry.ts';
import type { Restored } from '../../identity/restore.ts';
import type { Style } from '../../ui/style.ts';
import { exitStatus } from '../../lib/errors.ts';
import { collect, octalMode, read, wholeNumber } from '../arguments.ts';
import type { Bind, Define, Options } from '../command.ts';
import { octal } from '../../lib/octal.ts';

export const defineIdentity: Define = (command, bind) => {
  command.addHelpText(
    'after',
    `
Examples:
  valops identity generate --kind libp2p-secp256k1 -R recipients.txt --out validator.age --card validator.json
  valops identity inspect validator.age --card validator.json
  valops identity verify validator.age --card validator.json -i host-identity.key
  valops identity restore validator.age --card validator.json -i host-identity.key \\
      --to /home/validator/data/identity-secret --owner validator:validator`,
  );
  defineKinds(command, bind);
  defineGenerate(command, bind);
  defineInspect(command, bind);
  defineVerify(command, bind);
  defineRestore(command, bind);
};

function defineKinds(command: Command, bind: Bind): void {
  const kinds = command
    .command('kinds')
    .description('list the kinds of identity')
    .option('--json', 'print one JSON document');
  bind(kinds, async () => ({
    document: {
      schema: 'valops/identity-kinds/1',
      kinds: kindSummaries.map(({ id, title, publicIdForm, payload, options }) => ({
        id,
        title,
        publicId: publicIdForm,
        payload,
        options: options.map(({ flags, description }) => ({ flags, description })),
      })),
    },
    text: (style) =>
      kindSummaries
        .map(
          ({ id, title, publicIdForm, payload, options }) =>
            `${style.heading(id)}: ${title}\n  public id  ${publicIdForm}\n  sealed     ${payload}\n${options.map((option) => `  ${option.flags}\n             ${option.description}\n`).join('')}`,
        )
        .join(''),
  }));
}

function defineGenerate(command: Command, bind: Bind): void {
  const generate = command
    .command('generate')
    .description('make a validator identity, sealed at birth; asks nothing, replaces nothing')
    .addOption(
      new Option('--kind <KIND>', 'kind of identity (see: valops identity kinds)')
        .choices(kindSummaries.map(({ id }) => id))
        .makeOptionMandatory(),
    )
    .option('-r, --recipient <RECIPIENT>', 'seal to this recipient (repeatable)', collect, [])
    .option('-R, --recipients-file <FILE>', 'seal to every recipient of the file (repeatable)', collect, [])
    .requiredOption('--out <FILE>', 'the sealed identity')
    .requiredOption('--card <FILE>', 'its public record')
    .option('--count <N>', 'make N of them, numbered before the extension', wholeNumber('--count', 1), 1)
    .option('--verify-with <KEYFILE>', 'open the seal with this key before claiming success (repeatable)', collect, [])
    .option(
      '--passphrase-fd <N>',
      'passphrase of the --verify-with key, from descriptor N',
      wholeNumber('--passphrase-fd', 0),
    )
    .option('--unsafe-online', 'generate although this machine has a network')
    .option('--unsafe-single-recipient', 'seal to one recipient only')
    .option('--json', 'print one JSON document');
  for (const kind of kindSummaries) {
    for (const { flags, description } of kind.options)
      generate.addOption(new Option(flags, `${kind.id}: ${description}`));
  }
  generate.addHelpText(
    'after',
    `
Examples:
  valops identity generate --kind solana -R recipients.txt --out id.age --card id.json --verify-with offline.key
  valops identity generate --kind cometbft -r age1… -r age1… --count 3 --out val.age --card val.json
  valops identity generate --kind command -R recipients.txt --out id.age --card id.json \\
      --generator 'validator --generate-peer-id --data-dir {dir}' \\
      --secret-pattern '"secret_key": *"([0-9a-f]{64})"' --public-pattern '"peer_id": *"([^"]+)"'`,
  );
  bind(generate, async ({ options, context }) => {
    const given = read(options);
    const { generateIdentities } = await import('../../identity/generate.ts');
    const { cardSummaryLine } = await import('../../identity/card.ts');
    const { describeCard } = await import('../text/card.ts');
    const request: GenerateRequest = {
      kind: given.text('kind') ?? '',
      kindOptions: kindOptions(options),
      names: { out: given.text('out') ?? '', card: given.text('card') ?? '', wordsOut: given.text('wordsOut') },
      recipients: given.list('recipient'),
      recipientsFiles: given.list('recipientsFile'),
      count: given.number('count') ?? 1,
      verifyWith: given.list('verifyWith'),
      passphraseFd: given.number('passphraseFd'),
      unsafeOnline: given.flag('unsafeOnline'),
      unsafeSingleRecipient: given.flag('unsafeSingleRecipient'),
    };
    const made = await generateIdentities(await context(), request);
    const texts = await Promise.all(
      made.map(({ card, fingerprint }) => describeCard(card, fingerprint, cardSummaryLine(card))),
    );
    return {
      document: {
        schema: 'valops/identities/1',
        identities: made.map(({ names, card, fingerprint, verified }) => ({
          out: names.out,
          card: names.card,
          fingerprint,
          verified,
          identity: card,
        })),
      },
      text: (style) => texts.map((text) => text(style)).join('\n'),
    };
  });
}

/** The options that belong to kinds, as commander camel-cased them. */
function kindOptions(options: Options): GenerateRequest['kindOptions'] {
  const names = kindSummaries.flatMap(optionNames);
  return Object.fromEntries(
    names.flatMap((name): [string, string | boolean][] => {
      const value = options[name];
      return typeof value === 'string' || typeof value === 'boolean' ? [[name, value]] : [];
    }),
  );
}

function defineInspect(command: Command, bind: Bind): void {
  const inspect = command
    .command('inspect')
    .description('tell what a sealed identity is and whether a card belongs to it, without a key')
    .argument('<file>', 'the sealed identity')
    .option('--card <CARD>', 'compare with this card')
    .option('--json', 'print one JSON document');
  bind(inspect, async ({ args, options, context }) => {
    const { inspectIdentity } = await import('../../identity/inspect.ts');
    const { cardSummaryLine } = await import('../../identity/card.ts');
    const { describeCard } = await import('../text/card.ts');
    const { describeSeal } = await import('../text/seal.ts');
    const { sha256, size, seal, card, fingerprint } = await inspectIdentity(
      await context(),
      args[0] ?? '',
      read(options).text('card'),
    );
    const cardText =
      card === undefined ? undefined : await describeCard(card, fingerprint ?? '', cardSummaryLine(card));
    return {
      document: {
        schema: 'valops/identity-inspect/1',
        sha256,
        size,
        seal: { ...seal },
        identity: card ?? null,
        fingerprint: fingerprint ?? null,
        matchesCard: card === undefined ? null : true,
      },
      text: (style) =>
        `${describeSeal(seal)}sha256        ${sha256}\n${cardText === undefined ? '' : `\nthe file of this card:\n${cardText(style)}`}`,
    };
  });
}

function withCardAndKey(command: Command): Command {
  return command
    .argument('<file>', 'the sealed identity')
    .requiredOption('--card <CARD>', 'its card')
    .requiredOption('-i, --identity <KEYFILE>', 'open with this private key (repeatable)', collect)
    .option('--passphrase-fd <N>', 'passphrase of the key, from descriptor N', wholeNumber('--passphrase-fd', 0))
    .option('--json', 'print one JSON document');
}

function defineVerify(command: Command, bind: Bind): void {
  const verify = withCardAndKey(
    command
      .command('verify')
      .description('prove in memory that a key opens the seal and that the secret is of the public id'),
  );
  bind(verify, async ({ args, options, context }) => {
    const given = read(options);
    const { verifyIdentity } = await import('../../identity/verify.ts');
    const { card, fingerprint, openedBy } = await verifyIdentity(await context(), {
      file: args[0] ?? '',
      card: given.text('card') ?? '',
      identityFiles: given.list('identity'),
      passphraseFd: given.number('passphraseFd'),
    });
    return {
      document: {
        schema: 'valops/identity-verify/1',
        verified: true,
        kind: card.kind,
        publicId: card.publicId,
        fingerprint,
        openedBy,
      },
      text: (style) =>
        `${style.good('verified')}     ${card.kind} ${style.heading(card.publicId)}\nopened by    ${openedBy}\nfingerprint  ${fingerprint}\n`,
    };
  });
}

function defineRestore(command: Command, bind: Bind): void {
  const restore = withCardAndKey(
    command
      .command('restore')
      .description('place a sealed identity where its validator expects it; never over another one'),
  )
    .requiredOption('--to <PATH>', "the validator's key file, or its home directory for kinds of several files")
    .option('--owner <USER[:GROUP]>', 'owner of what is written')
    .option('--mode <MODE>', 'octal mode of the key files (0600)', octalMode)
    .option('--plan', 'show what would be done and stop')
    .option('--yes', 'do not ask');
  bind(restore, async ({ args, options, context }) => {
    const given = read(options);
    const { restoreIdentity } = await import('../../identity/restore.ts');
    const ctx = await context();
    const answer = '--yes (or --plan to see what would be done)';
    if (!given.flag('plan') && !given.flag('yes')) ctx.prompt.require(answer);
    const result = await restoreIdentity(ctx, {
      file: args[0] ?? '',
      card: given.text('card') ?? '',
      identityFiles: given.list('identity'),
      passphraseFd: given.number('passphraseFd'),
      to: given.text('to') ?? '',
      owner: given.text('owner'),
      mode: given.number('mode'),
      agree: async ({ card }) =>
        !given.flag('plan') &&
        (given.flag('yes') ||
          (await ctx.prompt.yes({
            message: `Place ${card.publicId} at ${given.text('to') ?? ''}? Only if no other host runs this identity`,
            flag: answer,
          }))),
    });
    return {
      document: {
        schema: 'valops/identity-restore/1',
        verdict: result.verdict,
        verified: result.verdict !== 'planned',
        kind: result.card.kind,
        publicId: result.card.publicId,
        fingerprint: result.fingerprint,
        files: result.steps.map(({ path, action, mode }) => ({ path, action, mode: octal(mode) })),
      },
      text: (style) => restoredText(result, style),
      exitStatus: result.verdict === 'planned' ? exitStatus.findings : exitStatus.done,
    };
  });
}

function restoredText({ verdict, steps, card, fingerprint }: Restored, style: Style): string {
  const signs = { create: '+', unchanged: ' ', keep: ' ' } as const;
  const reasons = {
    create: '',
    unchanged: ' (the same already)',
    keep: ' (kept: double-sign state is never reset)',
  } as const;
  const lines = steps
    .map(({ path, action, mode }) => `${signs[action]} ${path} ${octal(mode)}${reasons[action]}\n`)
    .join('');
  const words = {
    restored: style.good('restored and read back'),
    'nothing-to-do': 'nothing to do',
    planned: 'planned; nothing was written',
  };
  return `${lines}${words[verdict]}: ${card.kind} ${style.heading(card.publicId)}\nfingerprint  ${fingerprint}\n`;
}
