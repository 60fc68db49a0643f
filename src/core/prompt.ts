import type { Secret } from '../lib/secret.ts';

/**
 * Questions to a person on the terminal. Without a terminal, or with standard input closed, every
 * method throws USAGE_NO_TERMINAL at once and names `flag`, which answers the question instead.
 */
export interface Prompt {
  /** Throws USAGE_NO_TERMINAL when nobody could be asked: before a key is used in vain. */
  require(flag: string): void;
  /** Reads a line that is not echoed. `confirm` asks for it twice. */
  secret(question: { readonly message: string; readonly flag: string; readonly confirm?: boolean }): Promise<Secret>;
  /** Reads a line that is echoed. */
  text(question: { readonly message: string; readonly flag: string }): Promise<string>;
  yes(question: { readonly message: string; readonly flag: string }): Promise<boolean>;
}
