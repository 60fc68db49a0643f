/**
 * Quotes one word for a POSIX shell (XCU 2.2.2): always in single quotes, so that no character has
 * a meaning. The word may hold line breaks. Throws a RangeError for a NUL, which no argument can hold.
 */
export function shellQuote(word: string): string {
  if (word.includes('\0')) throw new RangeError('a shell word cannot hold a NUL');
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Quotes words and joins them with blanks: a command line that runs exactly these arguments. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellQuote).join(' ');
}
