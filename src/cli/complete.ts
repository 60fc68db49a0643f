import type { Command, Option } from 'commander';

/** What a shell may offer for the last word. */
export interface Completion {
  readonly candidates: readonly { readonly word: string; readonly description: string }[];
  /** Whether names of files belong there as well. */
  readonly files: boolean;
}

const none: Completion = { candidates: [], files: false };
const filesOnly: Completion = { candidates: [], files: true };

/** Placeholders of options whose value is a name in the file system. */
const fileValue = /<(FILE|CARD|KEYFILE|PATH|DIR)>/;

/** Completes the last of `words`, which follow the program's name on the line. Pure. */
export function complete(program: Command, words: readonly string[]): Completion {
  const prefix = words.at(-1) ?? '';
  let command = program;
  let positionals = 0;
  let awaiting: Option | undefined;
  for (const word of words.slice(0, -1)) {
    if (awaiting !== undefined) {
      awaiting = undefined;
    } else if (word.startsWith('-')) {
      const option = command.options.find(({ short, long }) => word === short || word === long);
      awaiting = option?.required === true ? option : undefined;
    } else {
      const next = command.commands.find((one) => one.name() === word);
      if (next === undefined) positionals++;
      else command = next;
    }
  }
  if (awaiting !== undefined) return completeValue(awaiting, prefix);
  if (prefix.startsWith('-')) return completeOption(command, prefix);
  return completeWord(command, positionals, prefix);
}

function completeValue(option: Option, prefix: string): Completion {
  if (option.argChoices === undefined) return fileValue.test(option.flags) ? filesOnly : none;
  return { candidates: option.argChoices.filter((word) => word.startsWith(prefix)).map(bare), files: false };
}

function completeOption(command: Command, prefix: string): Completion {
  const candidates = [...command.createHelp().visibleOptions(command)]
    .map(({ long, description }) => ({ word: long ?? '', description }))
    .filter(({ word }) => word !== '' && word.startsWith(prefix));
  return { candidates, files: false };
}

function completeWord(command: Command, positionals: number, prefix: string): Completion {
  if (command.commands.length > 0) {
    const candidates = command
      .createHelp()
      .visibleCommands(command)
      .map((one) => ({ word: one.name(), description: one.description() }))
      .filter(({ word }) => word.startsWith(prefix));
    return { candidates, files: false };
  }
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[positionals] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return none;
  if (argument.argChoices === undefined) return filesOnly;
  return { candidates: argument.argChoices.filter((word) => word.startsWith(prefix)).map(bare), files: false };
}

function bare(word: string): { readonly word: string; readonly description: string } {
  return { word, description: '' };
}
