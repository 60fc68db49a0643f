import type { NftRuleset } from '../facts/firewall/nft.ts';
import { readNftText, type NftTextBlock, type NftTextTable } from '../facts/nft-text.ts';

/**
 * What of a running ruleset counts when two moments are compared, as text; not to be loaded. Left out is
 * what decides nothing: chains without rules that accept, jumps to them, tables of nothing else (`ufw
 * disable` leaves a skeleton of such), elements that time out, handles, and the order of tables and
 * chains, which changes when they are loaded again.
 */
export function comparedNft({ text }: Pick<NftRuleset, 'text'>): string {
  return readNftText(text)
    .map(deciding)
    .filter(({ blocks }) => blocks.length > 0)
    .map(({ name, lines, blocks }) => [`table ${name}`, ...lines, ...blocks.map(blockText).toSorted()].join('\n'))
    .toSorted()
    .join('\n');
}

/** A table without its idle chains and the jumps to them; what only jumped to these is idle as well. */
function deciding(table: NftTextTable): NftTextTable {
  const idle = new Set(table.blocks.filter(isIdle).map(({ head }) => head));
  if (idle.size === 0) return table;
  const goesOn = (line: string): boolean => !idle.has(`chain ${/^(?:counter )?jump (\S+)$/.exec(line)?.[1]}`);
  const blocks = table.blocks
    .filter(({ head }) => !idle.has(head))
    .map(({ head, lines }) => ({ head, lines: lines.filter(goesOn) }));
  return deciding({ ...table, blocks });
}

function isIdle({ head, lines }: NftTextBlock): boolean {
  return head.startsWith('chain ') && lines.every((line) => /^type .* policy accept;$/.test(line));
}

function blockText({ head, lines }: NftTextBlock): string {
  const passing = lines.some((line) => /^flags .*(dynamic|timeout)/.test(line));
  const elements = passing ? lines.findIndex((line) => line.startsWith('elements = ')) : -1;
  return [head, ...(elements < 0 ? lines : lines.slice(0, elements))].join('\n  ');
}
