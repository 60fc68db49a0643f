import type { JsonObject } from '../lib/canonical-json.ts';
import { isObject, wordOf } from './json-object.ts';
import { readNftRule } from './nft-rule.ts';
import type { Rule } from './rule.ts';

/** A chain of a running ruleset. */
export interface NftChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  /** Of a base chain only: where packets meet it. Lower priorities come first. */
  readonly base: {
    readonly type: string;
    readonly hook: string;
    readonly priority: number;
    readonly policy: 'accept' | 'drop';
  } | null;
  readonly rules: readonly Rule[];
}

/** A table of a running ruleset, with its chains in the order in which nft lists them. */
export interface NftTable {
  /** `inet valops`. */
  readonly name: string;
  readonly family: string;
  readonly chains: readonly NftChain[];
}

/** Reads the objects of `nft -j list ruleset` (libnftables-json(5)) into tables, chains and rules. */
export function readNftTables(objects: readonly JsonObject[]): readonly NftTable[] {
  const of = (kind: string): readonly JsonObject[] =>
    objects.flatMap((object) => (isObject(object[kind]) ? [object[kind]] : []));
  const same = (a: JsonObject, b: JsonObject, table = 'table'): boolean =>
    a['family'] === b['family'] && a['table'] === b[table];
  return of('table').map((table) => {
    const sets = new Map(
      of('set')
        .filter((set) => same(set, table, 'name'))
        .map((set) => [wordOf(set['name']), set]),
    );
    const chains = of('chain').filter((chain) => same(chain, table, 'name'));
    return {
      name: `${wordOf(table['family'])} ${wordOf(table['name'])}`,
      family: wordOf(table['family']),
      chains: chains.map((chain): NftChain => {
        const rules = of('rule').filter((rule) => same(rule, table, 'name') && rule['chain'] === chain['name']);
        return {
          family: wordOf(chain['family']),
          table: wordOf(chain['table']),
          name: wordOf(chain['name']),
          base: baseOf(chain),
          rules: rules.map((rule) => readNftRule(rule, sets)),
        };
      }),
    };
  });
}

function baseOf(chain: JsonObject): NftChain['base'] {
  if (typeof chain['hook'] !== 'string') return null;
  return {
    type: wordOf(chain['type']),
    hook: chain['hook'],
    priority: Number(chain['prio'] ?? 0),
    policy: chain['policy'] === 'drop' ? 'drop' : 'accept',
  };
}
