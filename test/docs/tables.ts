/** Rows of the tables in a Markdown text whose first cell is one word in backticks: that word, then the other cells. */
export function rowsOf(text: string): readonly (readonly [word: string, ...cells: string[]])[] {
  return [...text.matchAll(/^ *\| `([^`]+)` \|(.*)\|$/gm)].map(([, word = '', rest = '']) => [
    word,
    ...rest.split('|').map((cell) => cell.trim()),
  ]);
}

/** The section of a Markdown text with this heading, its subsections included. Throws when there is none. */
export function sectionOf(text: string, heading: string): string {
  const start = text.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`no section "${heading}"`);
  const level = heading.split(' ', 1)[0]?.length ?? 0;
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, 'm'));
  return end === -1 ? rest : rest.slice(0, end);
}
