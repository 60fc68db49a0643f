/** The text of one table within what `nft list ruleset` prints; null when it is not there. */
export function textOfTable(ruleset: string, name: string): string | null {
  const start = ruleset.indexOf(`table ${name} {\n`);
  const end = ruleset.indexOf('\n}\n', start);
  return start < 0 || end < 0 ? null : ruleset.slice(start, end + 3);
}
