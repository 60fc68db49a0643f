import { Argument } from 'commander';
import tab from '@bomb.sh/tab/commander';
import type { Define } from '../command.ts';

export const defineCompletion: Define = (command, bind) => {
  command.addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish'])).addHelpText(
    'after',
    `
Examples:
  valops completion bash | sudo tee /etc/bash_completion.d/valops
  valops completion zsh > ~/.zfunc/_valops
  valops completion fish > ~/.config/fish/completions/valops.fish`,
  );
  bind(command, async ({ args, program }) => {
    const whole = await program();
    tab(whole);
    await whole.parseAsync(['complete', args[0] ?? ''], { from: 'user' });
  });
};

/** `valops complete -- WORDS…`, as the printed scripts call it. */
export const defineComplete: Define = (command, bind) => {
  command.argument('[words...]').allowUnknownOption();
  bind(command, async ({ args, program }) => {
    const whole = await program();
    tab(whole);
    await whole.parseAsync(['complete', '--', ...args.filter((word) => word !== undefined)], { from: 'user' });
  });
};
