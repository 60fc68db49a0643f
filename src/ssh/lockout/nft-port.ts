import type { JsonObject, JsonValue } from '../../lib/canonical-json.ts';

/**
 * Whether nothing in a ruleset (libnftables-json(5)) keeps new TCP connections to a port out, as far
 * as that can be told without running it: each chain that packets to this host pass accepts by policy
 * and refuses nothing, or has a plain rule `tcp dport PORT accept`.
 */
export function isPortOpenInNft(port: number, objects: readonly JsonObject[]): boolean {
  const chains = objects.map(({ chain }) => chain).filter(isObject);
  const rules = objects.map(({ rule }) => rule).filter(isObject);
  return chains
    .filter(({ hook }) => hook === 'input' || hook === 'prerouting' || hook === 'ingress')
    .every((chain) => {
      const own = rules.filter((rule) => rule['table'] === chain['table'] && rule['family'] === chain['family']);
      const inChain = own.filter((rule) => rule['chain'] === chain['name']);
      if (inChain.some((rule) => accepts(rule, port))) return true;
      return chain['policy'] !== 'drop' && !own.some(refuses);
    });
}

function accepts(rule: JsonObject, port: number): boolean {
  const expressions = list(rule['expr']);
  const matches = expressions.filter((one) => 'match' in one);
  const only = matches.map(({ match }) => match).find(isObject);
  const left = isObject(only?.['left']) ? only['left']['payload'] : undefined;
  const names = isObject(left) && left['protocol'] === 'tcp' && left['field'] === 'dport';
  return (
    matches.length === 1 &&
    names &&
    only?.['op'] === '==' &&
    holds(only['right'], port) &&
    expressions.some((one) => 'accept' in one)
  );
}

function holds(right: JsonValue | undefined, port: number): boolean {
  if (right === port) return true;
  const set = isObject(right) ? right['set'] : undefined;
  if (Array.isArray(set)) return set.some((one: JsonValue) => holds(one, port));
  const range = isObject(right) ? right['range'] : undefined;
  if (!Array.isArray(range)) return false;
  const [low, high] = range as readonly JsonValue[];
  return typeof low === 'number' && typeof high === 'number' && low <= port && port <= high;
}

function refuses(rule: JsonObject): boolean {
  return list(rule['expr']).some((one) => 'drop' in one || 'reject' in one || 'queue' in one || 'vmap' in one);
}

function list(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]).filter(isObject) : [];
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
