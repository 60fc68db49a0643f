/** One table of `nft list ruleset`, as nft prints it for people. */
export interface NftTextTable {
  /** `inet valops`. */
  readonly name: string;
  /** Lines of the table itself: flags, comment. */
  readonly lines: readonly string[];
  /** Sets, chains, counters and the like, in the order of the listing. */
  readonly blocks: readonly NftTextBlock[];
}

/** `head` for example `chain input`; `lines` without indentation. */
export interface NftTextBlock {
  readonly head: string;
  readonly lines: readonly string[];
}

/** Splits what `nft list ruleset` prints into tables and what they hold. Remarks between tables are left out. */
export function readNftText(text: string): readonly NftTextTable[] {
  const tables: { name: string; lines: string[]; blocks: { head: string; lines: string[] }[] }[] = [];
  let block: { head: string; lines: string[] } | null = null;
  for (const line of text.split('\n')) {
    const table = /^table (.+) \{$/.exec(line)?.[1];
    const head = /^\t(\S.*) \{$/.exec(line)?.[1];
    if (table !== undefined) tables.push({ name: table, lines: [], blocks: [] });
    else if (line === '\t}') block = null;
    else if (block !== null) block.lines.push(line.trim());
    else if (head !== undefined) {
      block = { head, lines: [] };
      tables.at(-1)?.blocks.push(block);
    } else if (line.startsWith('\t')) tables.at(-1)?.lines.push(line.trim());
  }
  return tables;
}
