import type { JsonObject, JsonValue } from '../lib/canonical-json.ts';

/**
 * The objects of `nft -j list ruleset` (libnftables-json(5)) without what changes by itself:
 * counters, remaining quotas, expiry of set elements. Fractions and numbers beyond 2^53 become
 * strings (rounded, as JSON.parse reads them). Throws an Error when it is not such a document.
 */
export function readNftJson(text: string): readonly JsonObject[] {
  const document: unknown = JSON.parse(text);
  if (
    typeof document !== 'object' ||
    document === null ||
    !('nftables' in document) ||
    !Array.isArray(document.nftables)
  )
    throw new Error('"nft -j list ruleset" printed no list of objects');
  return (document.nftables as readonly JsonObject[])
    .filter((object) => !('metainfo' in object))
    .map((object) => settled(object) as JsonObject);
}

const volatile: Readonly<Record<string, readonly string[]>> = {
  counter: ['packets', 'bytes'],
  quota: ['used'],
  elem: ['expires'],
};

function settled(value: JsonValue, under = ''): JsonValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item) => settled(item, under));
  return Object.fromEntries(
    Object.entries(value as JsonObject)
      .filter(([key, member]) => member !== undefined && volatile[under]?.includes(key) !== true)
      .map(([key, member]) => [key, settled(member ?? null, key)]),
  );
}
