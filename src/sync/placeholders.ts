import { ValopsError } from '../lib/errors.ts';

/**
 * Fills `{name}`, `{version}` and the like in a text of `valops.yaml`. Throws CONFIG_INVALID for a
 * placeholder that has no meaning there, and names those which have.
 */
export function fill(text: string, words: Readonly<Record<string, string>>): string {
  return replace(text, /\{([^{}]*)\}/g, words);
}

/**
 * The same in a word of a command, which may hold braces of its own: only one word in lower case between
 * them is a placeholder, and not behind a dollar sign.
 */
export function fillArgument(text: string, words: Readonly<Record<string, string>>): string {
  return replace(text, /(?<!\$)\{([a-z]+)\}/g, words);
}

function replace(text: string, placeholders: RegExp, words: Readonly<Record<string, string>>): string {
  return text.replaceAll(placeholders, (placeholder, word: string) => {
    const value = Object.hasOwn(words, word) ? words[word] : undefined;
    if (value === undefined) throw unknown(text, placeholder, words);
    return value;
  });
}

function unknown(text: string, placeholder: string, words: Readonly<Record<string, string>>): ValopsError {
  const known = Object.keys(words).map((word) => `{${word}}`);
  return new ValopsError('CONFIG_INVALID', `"${text}" has the unknown placeholder "${placeholder}"`, {
    hint: `Use one of ${known.join(' ')} in valops.yaml.`,
  });
}
