import { expect, test } from 'vitest';
import { factsDigest } from '../../src/core/plan.ts';
import { stockSnapshot } from '../firewall/snapshot.ts';

const snapshot = (value: unknown) => ({ ...stockSnapshot(), facts: { 'system.a': { known: true as const, value } } });

test('facts are compared as a whole, or by what the planner says counts of them', () => {
  const whole = { restsOn: ['system.a'] };
  expect(factsDigest(snapshot(1), whole)).not.toBe(factsDigest(snapshot(2), whole));
  const part = (compared: unknown) => ({ ...whole, compared: { 'system.a': compared } });
  expect(factsDigest(snapshot(1), part('x'))).toBe(factsDigest(snapshot(2), part('x')));
  expect(factsDigest(snapshot(1), part('x'))).not.toBe(factsDigest(snapshot(1), part('y')));
  // a fact that became unknown is never the same as one that is known
  expect(factsDigest(snapshot(1), part(null))).not.toBe(factsDigest({ ...stockSnapshot(), facts: {} }, whole));
});
