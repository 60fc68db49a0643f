import { Argument } from 'commander';
import type { Define } from '../command.ts';
import { complete } from '../complete.ts';
import { completionScripts } from '../completion-scripts.ts';

type Shell = keyof typeof completionScripts;

export const defineCompletion: Define = (command, bind) => {
  command
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(completionScripts)))
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Examples:
  valops completion bash | sudo tee /etc/bash_completion.d/valops
  valops completion zsh > ~/.zfunc/_valops
  valops completion fish > ~/.config/fish/completions/valops.fish`,
    );
  bind(command, async ({ args }) => {
    const shell = args[0] as Shell;
    const script = completionScripts[shell];
    return { document: { schema: 'valops/completion/1', shell, script }, text: () => script };
  });
};

/** `valops complete -- WORDS…`, as the printed scripts call it: a candidate a line, `:files` where files fit. */
export const defineComplete: Define = (command, bind) => {
  command.argument('[words...]');
  bind(command, async ({ args, program }) => {
    const { candidates, files } = complete(
      await program(),
      args.filter((word) => word !== undefined),
    );
    const lines = candidates.map(({ word, description }) => `${word}\t${description}\n`);
    return {
      document: { schema: 'valops/complete/1', candidates, files },
      text: () => lines.join('') + (files ? ':files\n' : ''),
    };
  });
};
