import type { NftTable } from '../../packet-filter/nft-tables.ts';
import { ruleText } from '../../packet-filter/rule-text.ts';
import type { Rule } from '../../packet-filter/rule.ts';
import { countedSources, type Ruleset } from '../ruleset.ts';

/** The table which is ours, and nothing in it anybody else's. */
export const ownTable = 'inet valops';

/**
 * The ruleset as an nftables script (nft(8)) that puts our table in place of whatever it was, in one
 * transaction. No other table is named.
 */
export function renderNftables(ruleset: Ruleset): string {
  return `# Made by valops from valops.yaml; "valops firewall apply" overwrites it.\n${replaceTable(renderTable(ruleset))}`;
}

/**
 * A script that puts the text of a table, as nft lists it, in place of ours, or removes ours when
 * there was none. It is made before it is deleted: it may be missing.
 */
export function replaceTable(text: string | null): string {
  return `table ${ownTable}\ndelete table ${ownTable}\n${text ?? ''}`;
}

/** Our table for people, to be compared with `describeTable`. Without sets. */
export function describeRuleset(ruleset: Ruleset): string {
  return `table ${ownTable} {\n${chainTexts(ruleset).join('\n')}}\n`;
}

/** A running table for people: as `renderTable` writes it, as far as it is understood. Without sets. */
export function describeTable({ name, chains }: NftTable): string {
  const parts = chains.map(({ name: chain, base, rules }) =>
    base === null
      ? `  chain ${chain} {\n${ruleLines(rules)}  }\n`
      : chainText(chain, base.type, base.hook, base.priority, base.policy, rules),
  );
  return `table ${name} {\n${parts.join('\n')}}\n`;
}

function renderTable(ruleset: Ruleset): string {
  const counted = ([4, 6] as const).filter((family) =>
    ruleset.input.some(({ conditions }) =>
      conditions.some((one) => one.on === 'limit' && one.each === countedSources[family]),
    ),
  );
  const sets = counted.map((family) => setText(countedSources[family], family));
  return `table ${ownTable} {\n${[...sets, ...chainTexts(ruleset)].join('\n')}}\n`;
}

function chainTexts({ input, output }: Ruleset): readonly string[] {
  return [
    chainText('input', 'filter', 'input', 0, 'drop', input),
    ...(output.length === 0 ? [] : [chainText('output', 'filter', 'output', 0, 'accept', output)]),
  ];
}

function setText(name: string, family: 4 | 6): string {
  return `  set ${name} {\n    type ipv${family}_addr\n    size 65535\n    flags dynamic,timeout\n    timeout 1m\n  }\n`;
}

function chainText(
  name: string,
  type: string,
  hook: string,
  priority: number,
  policy: 'drop' | 'accept',
  rules: readonly Rule[],
): string {
  const head = `    type ${type} hook ${hook} priority ${priority}; policy ${policy};\n`;
  return `  chain ${name} {\n${head}${ruleLines(rules)}  }\n`;
}

function ruleLines(rules: readonly Rule[]): string {
  return rules.map((rule) => `    ${ruleText(rule)}\n`).join('');
}
