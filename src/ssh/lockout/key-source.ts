import { matchesPattern, matchesUser } from './pattern.ts';
import { keysInUse } from './keys-in-use.ts';
import type { LockoutRule } from './rule.ts';

/** The option `from="…"` of a key (sshd(8)): patterns and networks, `!` for those that are not meant. */
export const keySource: LockoutRule = {
  id: 'LOCKOUT_SOURCE_ADDRESS',
  title: 'the key of this login is limited to other source addresses',
  judge({ state }) {
    const { from, user } = state.login;
    const keys = keysInUse(state);
    if (from === undefined || keys === null || keys.length === 0) return null;
    const limits = keys.map(({ key }) => key.options.flatMap((option) => /^from="(.*)"$/i.exec(option)?.[1] ?? []));
    const open = limits.some((lists) => lists.every((list) => admits(list.split(','), from)));
    if (open) return null;
    return {
      message: `every line for the key of "${user}" is limited to other addresses than ${from}`,
      hint: `Add ${from} to from="…" of the key, or come from an address that is named there.`,
    };
  },
};

function admits(words: readonly string[], from: string): boolean {
  const meets = (word: string): boolean => matchesPattern(from, word) || matchesUser('', from, `*@${word}`) !== false;
  return (
    !words.some((word) => word.startsWith('!') && meets(word.slice(1))) &&
    words.some((word) => !word.startsWith('!') && meets(word))
  );
}
