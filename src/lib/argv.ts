import { ValopsError } from './errors.ts';

/**
 * Splits one line into words as a POSIX shell would (XCU 2.2: backslash, single and double
 * quotes), without any expansion, so that `--generator` never reaches a shell.
 *
 * Throws USAGE for an unterminated quote or an empty line.
 */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else if (char === '\\' && quote === '"' && '"\\$`'.includes(line.charAt(at + 1))) word += line.charAt(++at);
      else word += char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\' && at + 1 < line.length) {
      word = (word ?? '') + line.charAt(++at);
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined)
    throw new ValopsError('USAGE', `unterminated ${quote} in command "${line}"`, { hint: 'Close the quote.' });
  if (word !== undefined) words.push(word);
  if (words.length === 0)
    throw new ValopsError('USAGE', 'the command is empty', { hint: 'Give a program and its arguments.' });
  return words;
}
