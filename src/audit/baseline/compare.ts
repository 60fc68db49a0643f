import type { BaselineEntry } from './entry.ts';

/** How one entry differs from what was accepted. */
export interface BaselineChange {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly key: string;
  /** What was accepted; absent when it was added. */
  readonly before?: string;
  /** What is there; absent when it was removed. */
  readonly after?: string;
  /** Where it is, or where it was when it is gone. */
  readonly file?: string;
  /** Key of the entry it is a part of. */
  readonly within?: string;
}

/**
 * What differs, by key; the order of either list does not matter. Lists of keys are the same when those
 * in both stand in the same order.
 */
export function compareEntries(
  accepted: readonly BaselineEntry[],
  now: readonly BaselineEntry[],
): readonly BaselineChange[] {
  const before = new Map(accepted.map((entry) => [entry.key, entry]));
  const after = new Map(now.map((entry) => [entry.key, entry]));
  const moved = (key: string): boolean => before.has(key) !== after.has(key);
  return [...new Set([...before.keys(), ...after.keys()])]
    .toSorted((a, b) => (a < b ? -1 : 1))
    .filter((key) => !wholes(key, before, after).some(moved))
    .flatMap((key): readonly BaselineChange[] => {
      const [old, young] = [before.get(key), after.get(key)];
      if (old !== undefined && young !== undefined && same(old.value, young.value)) return [];
      // a list that comes or goes does so with its members
      if ((old === undefined || young === undefined) && typeof (old ?? young)?.value !== 'string') return [];
      const file = young?.file ?? old?.file;
      const within = young?.within ?? old?.within;
      return [
        {
          kind: old === undefined ? 'added' : young === undefined ? 'removed' : 'changed',
          key,
          ...(old === undefined ? {} : { before: written(old.value, young?.value) }),
          ...(young === undefined ? {} : { after: written(young.value, old?.value) }),
          ...(file === undefined ? {} : { file }),
          ...(within === undefined ? {} : { within }),
        },
      ];
    });
}

/** The entries that an entry is a part of, the nearest first. */
function wholes(
  key: string,
  before: ReadonlyMap<string, BaselineEntry>,
  after: ReadonlyMap<string, BaselineEntry>,
): readonly string[] {
  const found: string[] = [];
  for (let at = key; ;) {
    const whole = (after.get(at) ?? before.get(at))?.within;
    if (whole === undefined || found.includes(whole)) return found;
    found.push(whole);
    at = whole;
  }
}

type Value = BaselineEntry['value'];

function same(a: Value, b: Value): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return written(a, b) === written(b, a);
}

/** A list without what the other one lacks, in one line. */
function written(value: Value, other: Value | undefined): string {
  if (typeof value === 'string') return value;
  const members = new Set(typeof other === 'object' ? other : value);
  return value.filter((one) => members.has(one)).join(' → ');
}
