import type { Prompt } from '../core/prompt.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { hasTerminal, openTerminal, type Terminal } from './terminal.ts';

/** Prompts on the controlling terminal; the lines are erased when answered. */
export function createPrompt(): Prompt {
  const ask = async <T>(
    flag: string,
    question: (terminal: Terminal, ui: typeof import('./inquirer.ts')) => Promise<T>,
  ): Promise<T> => {
    const terminal = openTerminal();
    if (terminal === null) throw noTerminal(flag);
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
    require(flag) {
      if (!hasTerminal()) throw noTerminal(flag);
    },
    async secret({ message, flag, confirm = false }) {
      // each question on a terminal of its own: a prompt ends its output stream when it is answered
      const entry = (text: string): Promise<string> =>
        ask(flag, (terminal, { password }) =>
          password(
            // without toggleMask, Ctrl-T would show on the screen what was typed
            { message: text, mask: false, toggleMask: false },
            { input: terminal.input, output: terminal.output, clearPromptOnDone: true },
          ),
        );
      const first = await entry(message);
      if (confirm && (await entry(`${message} (again)`)) !== first) {
        throw new ValopsError('USAGE_PASSPHRASE', 'the two entries differ', { hint: 'Run the command again.' });
      }
      if (first === '') {
        throw new ValopsError('USAGE_PASSPHRASE', 'the passphrase is empty', { hint: 'Run the command again.' });
      }
      return Secret.fromText(first);
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

function noTerminal(flag: string): ValopsError {
  return new ValopsError('USAGE_NO_TERMINAL', 'there is no terminal to ask on', { hint: `Answer with ${flag}.` });
}
