import type { Prompt } from '../core/prompt.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** Prompts on the controlling terminal; the lines are erased when answered. */
export function createPrompt(): Prompt {
  const ask = async <T>(
    flag: string,
    question: (terminal: Terminal, ui: typeof import('./inquirer.ts')) => Promise<T>,
  ): Promise<T> => {
    const terminal = openTerminal();
    if (terminal === null) {
      throw new ValopsError('USAGE_NO_TERMINAL', `there is no terminal to ask on`, { hint: `Answer with ${flag}.` });
    }
    try {
      return await question(terminal, await import('./inquirer.ts'));
    } catch (error) {
      if (error instanceof Error && error.name === 'ExitPromptError') {
        throw new ValopsError('INTERRUPTED', 'interrupted at a question; nothing was done', { cause: error });
      }
      throw error;
    } finally {
      terminal.close();
    }
  };

  return {
    secret({ message, flag, confirm = false }) {
      return ask(flag, async (terminal, { password }) => {
        const streams = { input: terminal.input, output: terminal.output, clearPromptOnDone: true };
        const first = await password({ message, mask: false }, streams);
        if (confirm && (await password({ message: `${message} (again)`, mask: false }, streams)) !== first) {
          throw new ValopsError('USAGE_PASSPHRASE', 'the two entries differ', { hint: 'Run the command again.' });
        }
        if (first === '')
          throw new ValopsError('USAGE_PASSPHRASE', 'the passphrase is empty', { hint: 'Run the command again.' });
        return Secret.fromText(first);
      });
    },
    text({ message, flag }) {
      return ask(flag, (terminal, { input }) =>
        input({ message }, { input: terminal.input, output: terminal.output, clearPromptOnDone: true }),
      );
    },
    yes({ message, flag }) {
      return ask(flag, (terminal, { confirm }) =>
        confirm(
          { message, default: false },
          { input: terminal.input, output: terminal.output, clearPromptOnDone: true },
        ),
      );
    },
  };
}
