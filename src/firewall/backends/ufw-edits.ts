import type { UfwRule } from '../../facts/ufw-rules.ts';
import { mark, ofFamily, type WantedRule } from './ufw-wanted.ts';

/** What to do to ufw's list of rules, in order; both families at once where no address is named. */
export interface UfwEdits {
  readonly remove: readonly WantedRule[];
  /** Each in front of all others, hence the last one first. */
  readonly prepend: readonly WantedRule[];
}

/** The rules ufw keeps, by family. */
export interface UfwLists {
  readonly 4: readonly UfwRule[];
  readonly 6: readonly UfwRule[];
}

const families = [4, 6] as const;

/**
 * The edits that bring our rules to the front, in their order, and remove those of ours that are not
 * wanted any more; with `prune` those that are not ours as well, routes excepted. Empty when all is
 * as wanted. A foreign rule that says the same as one of ours counts as ours. The fewest of three ways
 * that leads there: only removing, adding what is missing, or adding all anew.
 */
export function ufwEdits(lists: UfwLists, wanted: readonly WantedRule[], prune: boolean): UfwEdits {
  const keys = { 4: ofFamily(wanted, 4).map(keyOf), 6: ofFamily(wanted, 6).map(keyOf) };
  const has = (rule: WantedRule, family: 4 | 6): boolean => {
    const [key] = ofFamily([rule], family).map(keyOf);
    return key === undefined || lists[family].some((one) => keyOf(one) === key);
  };
  const surplus = families.flatMap((family) =>
    lists[family]
      .filter((rule) => !keys[family].includes(keyOf(rule)) && !rule.route && (prune || isOurs(rule.comment)))
      .map((rule) => asWanted(rule, family)),
  );
  const missing = wanted.filter((rule) => !families.every((family) => has(rule, family)));
  const present = wanted.filter(({ families: own, ...rule }) =>
    own.some((family) => has({ ...rule, families: own }, family)),
  );
  const ways: readonly UfwEdits[] = [
    { remove: merged(surplus), prepend: [] },
    { remove: merged(surplus), prepend: missing.toReversed() },
    { remove: merged([...surplus, ...present]), prepend: wanted.toReversed() },
  ];
  const leads = (edits: UfwEdits): boolean => {
    const result = afterEdits(lists, edits);
    return families.every((family) => keys[family].every((key, at) => keyAt(result[family], at) === key));
  };
  return ways.find(leads) ?? { remove: merged([...surplus, ...present]), prepend: wanted.toReversed() };
}

/** What ufw makes of edits: a rule it has already is not added again, it stays where it is. */
export function afterEdits(lists: UfwLists, { remove, prepend }: UfwEdits): UfwLists {
  const edited = (family: 4 | 6): readonly UfwRule[] => {
    const gone = ofFamily(remove, family).map(keyOf);
    const left = lists[family].filter((rule) => !gone.includes(keyOf(rule)));
    return ofFamily(prepend, family).reduce<readonly UfwRule[]>(
      (list, rule) =>
        list.some((one) => keyOf(one) === keyOf(rule))
          ? list.map((one) => (keyOf(one) === keyOf(rule) ? rule : one))
          : [rule, ...list],
      left,
    );
  };
  return { 4: edited(4), 6: edited(6) };
}

/** Whether a comment is one of our own. */
export function isOurs(comment: string): boolean {
  return comment === mark || comment.startsWith(`${mark} `);
}

/** The same for rules that say the same. */
export function keyOf({ action, route, protocol, toPort, to, fromPort, from, direction }: UfwRule): string {
  const lower = (address: string): string => address.toLowerCase().replace(/\/(32|128)$/, '');
  return [action, route, protocol, toPort, lower(to), fromPort, lower(from), direction].join(' ');
}

function keyAt(list: readonly UfwRule[], at: number): string | null {
  const rule = list[at];
  return rule === undefined ? null : keyOf(rule);
}

function asWanted(rule: UfwRule, family: 4 | 6): WantedRule {
  const orAny = (address: string): string => (/^(0\.0\.0\.0|::)\/0$/.test(address) ? 'any' : address);
  const { action, direction, protocol, toPort, fromPort, comment } = rule;
  return {
    action: action as WantedRule['action'],
    direction: direction as WantedRule['direction'],
    protocol,
    toPort,
    to: orAny(rule.to),
    fromPort,
    from: orAny(rule.from),
    families: [family],
    comment,
  };
}

/** ufw removes a rule without addresses from both families at once. */
function merged(rules: readonly WantedRule[]): readonly WantedRule[] {
  const whole = rules.map((rule): WantedRule => {
    const families = rule.to === 'any' && rule.from === 'any' ? ([4, 6] as const) : rule.families;
    return { ...rule, families };
  });
  const key = (rule: WantedRule): string => JSON.stringify({ ...rule, comment: '' });
  return [...new Map(whole.map((rule) => [key(rule), rule])).values()];
}
