import { Command, Help, type Option } from 'commander';
import type { Bind } from './command.ts';
import { nouns } from './nouns.ts';

const description = `Keys and hosts of validators: offline identities, sealing with age, proofs, a journal.`;

const examples = `
Examples:
  valops rehearse                                     try the whole ceremony, nothing is kept
  valops keys init                                    make this machine's age key
  valops identity generate --kind solana -R recipients.txt \\
      --out validator.age --card validator.json       make a validator identity, sealed at birth
  valops identity verify validator.age --card validator.json -i ~/.valops/age/host-identity.key

Exit status: 0 done, 1 failed, 2 usage, 3 findings, 4 refused for safety,
5 rolled back, 6 a person must look, 130 interrupted.
Every command: valops COMMAND --help`;

/** Which nouns to declare in full: `all` of them, or the one that was called, if any. */
export type Selection = string | undefined;

/**
 * Builds the command tree. Nouns outside of `selection` are declared by name and summary alone,
 * so that a call pays only for the noun it names.
 */
export async function buildProgram(version: string, selection: Selection, bind: Bind): Promise<Command> {
  const program = new Command('valops')
    .description(description)
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    // the options of "sync" and those of its verbs are told apart by where they stand
    .enablePositionalOptions()
    .addHelpText('after', examples);
  prepare(program);
  for (const noun of nouns) {
    if (selection === 'shown' && noun.hidden === true) continue;
    const command = program.command(noun.name, { hidden: noun.hidden === true }).description(noun.summary);
    prepare(command);
    if (selection === 'all' || selection === 'shown' || selection === noun.name) {
      (await noun.load())(command, bind);
      for (const verb of command.commands) prepare(verb);
    }
  }
  return program;
}

function prepare(command: Command): void {
  command
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ helpWidth: 100, optionDescription })
    .configureOutput({ writeErr: () => {} })
    .helpOption('-h, --help', 'print help');
  if (command.parent !== null) command.helpCommand(false);
}

/** That an option starts with an empty list is nothing to tell. */
function optionDescription(option: Option): string {
  return new Help().optionDescription(option).replace(' (default: [])', '');
}
