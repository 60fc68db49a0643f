import type { UfwRule } from '../../facts/ufw-rules.ts';
import { mark, ofFamily, type WantedRule } from './ufw-wanted.ts';

/** What to do to ufw's list of rules, in order; both families at once where no address is named. */
export interface UfwEdits {
  readonly remove: readonly WantedRule[];
  /** Each in front of all others, hence the last one first. */
  readonly prepend: readonly WantedRule[];
}

interface Lists {
  readonly 4: readonly UfwRule[];
  readonly 6: readonly UfwRule[];
}

/**
 * The edits that bring our rules to the front, in their order, and remove those of ours that are not
 * wanted any more; with `prune` those that are not ours as well, routes excepted. Empty when all is
 * as wanted. A foreign rule that says the same as one of ours counts as ours.
 */
export function ufwEdits(lists: Lists, wanted: readonly WantedRule[], prune: boolean): UfwEdits {
  const families = [4, 6] as const;
  const keys = { 4: ofFamily(wanted, 4).map(keyOf), 6: ofFamily(wanted, 6).map(keyOf) };
  const surplus = families.flatMap((family) =>
    lists[family]
      .filter((rule) => !keys[family].includes(keyOf(rule)) && !rule.route)
      .filter(({ comment }) => prune || isOurs(comment))
      .map((rule) => asWanted(rule, family)),
  );
  const inFront = families.every((family) => {
    const left = lists[family].filter((rule) => keys[family].includes(keyOf(rule)) || !(prune || isOurs(rule.comment)));
    return keys[family].every((key, at) => left[at] !== undefined && keyOf(left[at]) === key);
  });
  if (inFront) return { remove: merged(surplus), prepend: [] };
  const present = wanted.filter(({ families: own, ...rule }) =>
    own.some((family) =>
      lists[family].some((one) =>
        ofFamily([{ ...rule, families: [family] }], family)
          .map(keyOf)
          .includes(keyOf(one)),
      ),
    ),
  );
  // those that stay may be where they are when only rules in front of them are missing
  const missing = wanted.filter((rule) => !present.includes(rule));
  const enough = present.length > 0 && inOrder(lists, [...missing, ...present], wanted);
  return {
    remove: merged([...surplus, ...(enough ? [] : present)]),
    prepend: (enough ? missing : wanted).toReversed(),
  };
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

function inOrder(lists: Lists, result: readonly WantedRule[], wanted: readonly WantedRule[]): boolean {
  return (
    result.every((rule, at) => rule === wanted[at]) &&
    ([4, 6] as const).every((family) => {
      const keys = ofFamily(wanted, family).map(keyOf);
      const first = lists[family].findIndex((rule) => !keys.includes(keyOf(rule)) && !isOurs(rule.comment));
      const ours = lists[family].map((rule) => keys.indexOf(keyOf(rule))).filter((at) => at >= 0);
      const behind = first >= 0 && lists[family].slice(first).some((rule) => keys.includes(keyOf(rule)));
      return !behind && ours.every((at, index) => index === 0 || (ours[index - 1] ?? 0) < at);
    })
  );
}

function asWanted(rule: UfwRule, family: 4 | 6): WantedRule {
  const any = (address: string): string => (/^(0\.0\.0\.0|::)\/0$/.test(address) ? 'any' : address);
  const { action, direction, protocol, toPort, fromPort, comment } = rule;
  return {
    action: action as WantedRule['action'],
    direction: direction as WantedRule['direction'],
    protocol,
    toPort,
    to: any(rule.to),
    fromPort,
    from: any(rule.from),
    families: [family],
    comment,
  };
}

/** ufw removes a rule without addresses from both families at once. */
function merged(rules: readonly WantedRule[]): readonly WantedRule[] {
  const key = ({ families: _, comment: __, ...rest }: WantedRule): string => JSON.stringify(rest);
  return [...new Map(rules.map((rule) => [key(rule), rule])).values()];
}
