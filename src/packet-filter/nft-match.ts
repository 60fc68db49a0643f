import type { JsonObject, JsonValue } from '../lib/canonical-json.ts';
import { formatNetwork, type Network, parseIp } from '../lib/ip.ts';
import { icmpNumber } from './icmp-names.ts';
import { isObject, wordOf } from './json-object.ts';
import type { Condition, PortRange } from './rule.ts';

/** Reads one `match` statement of libnftables-json(5); what is not understood is an `unknown` condition. */
export function readNftMatch(match: JsonObject, sets: ReadonlyMap<string, JsonObject>): Condition {
  const unknown: Condition = { on: 'unknown', text: textOf(match) };
  const values = valuesOf(match['right'] ?? null, sets);
  if (values === null) return unknown;
  const condition = conditionOf(match['left'] ?? null, values) ?? unknown;
  const operator = match['op'];
  if (operator === '==' || operator === 'in') return condition;
  return operator === '!=' && condition.on !== 'unknown' ? { on: 'not', condition } : unknown;
}

/** What a set may hold. */
type Value =
  string | number | { readonly range: readonly [string, string] } | { readonly prefix: readonly [string, number] };

function valuesOf(right: JsonValue, sets: ReadonlyMap<string, JsonObject>): readonly Value[] | null {
  if (typeof right === 'string' && right.startsWith('@')) {
    const set = sets.get(right.slice(1));
    const flags = JSON.stringify(set?.['flags'] ?? []);
    // what is in a set that changes by itself says nothing about the next packet
    if (set === undefined || /dynamic|timeout/.test(flags)) return null;
    return valuesOf({ set: set['elem'] ?? [] }, sets);
  }
  const items = isObject(right) && Array.isArray(right['set']) ? (right['set'] as readonly JsonValue[]) : listOf(right);
  const values = items.map(valueOf);
  return values.every((value) => value !== null) ? values : null;
}

/** `ct state established,related` is a list outside of a set. */
function listOf(right: JsonValue): readonly JsonValue[] {
  return Array.isArray(right) ? (right as readonly JsonValue[]) : [right];
}

function valueOf(item: JsonValue): Value | null {
  if (typeof item === 'string' || typeof item === 'number') return item;
  if (!isObject(item)) return null;
  const { range, prefix, elem } = item;
  if (Array.isArray(range) && range.length === 2) return { range: [wordOf(range[0]), wordOf(range[1])] };
  if (isObject(prefix)) return { prefix: [wordOf(prefix['addr']), Number(prefix['len'])] };
  return isObject(elem) && elem['val'] !== undefined ? valueOf(elem['val']) : null;
}

function conditionOf(left: JsonValue, values: readonly Value[]): Condition | null {
  if (!isObject(left)) return null;
  const { meta, ct, payload } = left;
  const words = values.every((value) => typeof value === 'string' || typeof value === 'number')
    ? values.map(String)
    : null;
  if (isObject(meta) && words !== null) return metaCondition(wordOf(meta['key']), words);
  if (isObject(ct)) return ct['key'] === 'state' && words !== null ? { on: 'state', states: words } : null;
  if (!isObject(payload)) return null;
  const [protocol, field] = [wordOf(payload['protocol']), wordOf(payload['field'])];
  if (protocol === 'ip' || protocol === 'ip6') {
    if (field === 'saddr' || field === 'daddr') {
      const networks = values.map(networksOf);
      if (!networks.every((one) => one !== null)) return null;
      return { on: field === 'saddr' ? 'source' : 'destination', networks: networks.flat().map(formatNetwork) };
    }
    return (field === 'protocol' || field === 'nexthdr') && words !== null ? { on: 'protocol', names: words } : null;
  }
  if ((protocol === 'tcp' || protocol === 'udp') && (field === 'dport' || field === 'sport')) {
    const ranges = values.map(portsOf);
    if (!ranges.every((one) => one !== null)) return null;
    return { on: field === 'dport' ? 'port' : 'source-port', proto: protocol, ranges };
  }
  if ((protocol === 'icmp' || protocol === 'icmpv6') && field === 'type' && words !== null) {
    const family = protocol === 'icmp' ? 4 : 6;
    const types = words.map((word) => icmpNumber(family, word));
    return types.every((type) => type !== null) ? { on: 'icmp', family, types } : null;
  }
  return null;
}

function metaCondition(key: string, words: readonly string[]): Condition | null {
  switch (key) {
    case 'iif':
    case 'iifname':
      return { on: 'interface', way: 'in', names: words };
    case 'oif':
    case 'oifname':
      return { on: 'interface', way: 'out', names: words };
    case 'l4proto':
      return { on: 'protocol', names: words };
    case 'nfproto': {
      const [word] = words;
      if (words.length !== 1 || (word !== 'ipv4' && word !== 'ipv6')) return null;
      return { on: 'family', family: word === 'ipv4' ? 4 : 6 };
    }
    default:
      return null;
  }
}

function portsOf(value: Value): PortRange | null {
  const [first, last] = typeof value === 'object' ? ('range' in value ? value.range : []) : [value, value];
  const range: PortRange = [Number(first), Number(last)];
  return range.every((port) => Number.isInteger(port) && port >= 0 && port <= 65_535) ? range : null;
}

function networksOf(value: Value): readonly Network[] | null {
  if (typeof value === 'number') return null;
  const [first, last] =
    typeof value === 'string' ? [value, value] : 'range' in value ? value.range : [value.prefix[0], null];
  const start = parseIp(first);
  if (start === null) return null;
  const all = start.family === 4 ? 32 : 128;
  if (typeof value === 'object' && 'prefix' in value) return [{ ...start, length: value.prefix[1] }];
  const end = parseIp(last ?? '');
  if (end === null || end.family !== start.family || end.value < start.value) return null;
  return networksBetween(start.family, start.value, end.value, all);
}

/** The fewest networks that hold exactly the addresses from first to last. */
function networksBetween(family: 4 | 6, first: bigint, last: bigint, all: number): readonly Network[] {
  const networks: Network[] = [];
  for (let at = first; at <= last;) {
    let free = 0;
    while (free < all && ((at >> BigInt(free)) & 1n) === 0n && at + (1n << BigInt(free + 1)) - 1n <= last) free++;
    networks.push({ family, value: at, length: all - free });
    at += 1n << BigInt(free);
  }
  return networks;
}

function textOf(match: JsonObject): string {
  return JSON.stringify(match['left'] ?? null).slice(0, 120);
}
