import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UfwRule } from '../../src/facts/ufw-rules.ts';
import { afterEdits, keyOf, ufwEdits, type UfwLists } from '../../src/firewall/backends/ufw-edits.ts';
import { ofFamily, wantedUfwRules } from '../../src/firewall/backends/ufw-wanted.ts';
import { makeRuleset } from '../../src/firewall/ruleset.ts';

const service = fc.record({ port: fc.constantFrom(80, 443, 8545, 9000), proto: fc.constantFrom('tcp', 'udp') });
const wanted = fc
  .record({
    management: fc.uniqueArray(fc.constantFrom('10.0.0.0/8', '192.0.2.7', '2001:db8::/32', 'fd00::7'), {
      minLength: 1,
    }),
    public: fc.array(service, { maxLength: 3 }),
    local: fc.array(service, { maxLength: 2 }),
    egressDeny: fc.uniqueArray(fc.constantFrom('172.16.0.0/12', 'fc00::/7'), { maxLength: 2 }),
  })
  .map((policy) => wantedUfwRules(makeRuleset(policy, [22])));
const foreign = fc.uniqueArray(fc.constantFrom(22, 80, 1234, 9000), { maxLength: 4 }).map((ports): UfwLists => {
  const rule =
    (any: string) =>
    (port: number): UfwRule => ({
      action: 'allow',
      route: port === 1234,
      protocol: 'tcp',
      toPort: String(port),
      to: any,
      fromPort: 'any',
      from: any,
      direction: 'in',
      comment: port === 80 ? 'mine' : '',
    });
  return { 4: ports.map(rule('0.0.0.0/0')), 6: ports.map(rule('::/0')) };
});

describe('edits of the rules of ufw', () => {
  test('from any policy to any other: our rules in front and in order, foreign ones kept, then nothing to do', () => {
    fc.assert(
      fc.property(foreign, wanted, wanted, (lists, first, second) => {
        const once = afterEdits(lists, ufwEdits(lists, first, false));
        const result = afterEdits(once, ufwEdits(once, second, false));
        for (const family of [4, 6] as const) {
          const keys = [...new Set(ofFamily(second, family).map(keyOf))];
          expect(result[family].slice(0, keys.length).map(keyOf)).toEqual(keys);
          const adopted = new Set([...ofFamily(first, family), ...ofFamily(second, family)].map(keyOf));
          const kept = lists[family].map(keyOf).filter((key) => !adopted.has(key));
          const rest = result[family].slice(keys.length).map(keyOf);
          // what somebody wrote in our words may be theirs or ours by now
          expect(rest.filter((key) => !adopted.has(key))).toEqual(kept);
        }
        expect(ufwEdits(result, second, false)).toEqual({ remove: [], prepend: [] });
      }),
    );
  });

  test('with prune nothing but ours is left, routes excepted', () => {
    fc.assert(
      fc.property(foreign, wanted, (lists, rules) => {
        const result = afterEdits(lists, ufwEdits(lists, rules, true));
        const keys = [...new Set(ofFamily(rules, 4).map(keyOf))];
        expect(result[4].filter(({ route }) => !route).map(keyOf)).toEqual(keys);
        expect(ufwEdits(result, rules, true)).toEqual({ remove: [], prepend: [] });
      }),
    );
  });
});
