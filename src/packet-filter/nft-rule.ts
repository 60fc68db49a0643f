import type { JsonObject, JsonValue } from '../lib/canonical-json.ts';
import { readNftMatch } from './nft-match.ts';
import { isObject, wordOf } from './json-object.ts';
import type { Condition, Rule, Verdict } from './rule.ts';

/** Statements that neither match nor decide. */
const idle = ['counter', 'log', 'notrack', 'meter', 'quota'];

/**
 * Reads a rule of libnftables-json(5). A construct that is not understood becomes an `unknown`
 * condition, or an `unknown` verdict where it may decide: never is it left out.
 */
export function readNftRule(rule: JsonObject, sets: ReadonlyMap<string, JsonObject>): Rule {
  const statements = Array.isArray(rule['expr']) ? (rule['expr'] as readonly JsonValue[]) : [];
  const conditions: Condition[] = [];
  let verdict: Verdict = 'none';
  for (const statement of statements) {
    const [name = '', value] = isObject(statement) ? (Object.entries(statement)[0] ?? []) : [];
    const decided = verdictOf(name, value);
    if (decided !== null) verdict = decided;
    else if (name === 'match' && isObject(value)) conditions.push(readNftMatch(value, sets));
    else if (name === 'limit' && isObject(value)) conditions.push(limitOf(value, null));
    else if (name === 'set' && isObject(value)) conditions.push(...countedLimit(value));
    else if (name === 'xt') {
      const extension = isObject(value) ? `${wordOf(value['type'])} ${wordOf(value['name'])}` : 'extension';
      if (extension.startsWith('target')) verdict = { unknown: `xt ${extension}` };
      else if (!extension.endsWith('comment')) conditions.push({ on: 'unknown', text: `xt ${extension}` });
    } else if (!idle.includes(name)) verdict = { unknown: name === '' ? 'a rule' : name };
  }
  return { conditions, verdict, comment: typeof rule['comment'] === 'string' ? rule['comment'] : null };
}

function verdictOf(name: string, value: JsonValue | undefined): Verdict | null {
  switch (name) {
    case 'accept':
    case 'drop':
    case 'reject':
    case 'return':
      return name;
    case 'continue':
      return 'none';
    case 'jump':
      return { jump: targetOf(value) };
    case 'goto':
      return { goto: targetOf(value) };
    default:
      return null;
  }
}

function targetOf(value: JsonValue | undefined): string {
  return isObject(value) ? wordOf(value['target']) : '';
}

function limitOf(value: JsonObject, each: string | null): Condition {
  const per = value['per'];
  const rate = value['rate'];
  if ((per !== 'second' && per !== 'minute') || typeof rate !== 'number' || value['rate_unit'] !== undefined) {
    return { on: 'unknown', text: `limit rate ${wordOf(rate)}/${wordOf(per)}` };
  }
  const burst = typeof value['burst'] === 'number' ? value['burst'] : 5;
  return { on: 'limit', limit: { rate, per, burst }, over: value['inv'] === true, each };
}

/** A set that remembers addresses, with a limit for each of them; without one it changes no decision. */
function countedLimit(value: JsonObject): readonly Condition[] {
  const name = wordOf(value['set']).replace(/^@/, '');
  const within: readonly JsonValue[] = Array.isArray(value['stmt']) ? (value['stmt'] as readonly JsonValue[]) : [];
  return within.map((statement) =>
    isObject(statement) && isObject(statement['limit'])
      ? limitOf(statement['limit'], name)
      : { on: 'unknown', text: `a set that counts in "${name}"` },
  );
}
