import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact, HostLogin, Snapshot } from '../../src/core/fact.ts';
import { questions } from '../../src/facts/registry.ts';

/**
 * A fact as cases give it: the name of one of the fact cases (`ufw-active`), a value, or the reason why
 * it is unknown.
 */
export type GivenFact = string | { readonly value: unknown } | { readonly unknown: string };

/** The login that cases use unless they say otherwise. */
export const caseLogin: HostLogin = {
  user: 'root',
  from: '10.0.0.9',
  to: { address: '10.0.0.1', port: 22 },
  keyFingerprint: undefined,
};

/** All facts of a stock Debian 12, some of them replaced. */
export function stockSnapshot(given: Readonly<Record<string, GivenFact>> = {}, login = caseLogin): Snapshot {
  const facts = questions.map(({ id }): [string, Fact<unknown>] => {
    const one = given[id] ?? 'debian-12-stock';
    if (typeof one === 'string') return [id, { known: true, value: caseValue(id, one) }];
    return [id, 'unknown' in one ? { known: false, reason: one.unknown } : { known: true, value: one.value }];
  });
  return {
    name: 'val-1',
    gatheredAt: '2026-11-22T00:00:00.000Z',
    roundTrips: 1,
    login,
    facts: Object.fromEntries(facts),
  };
}

function caseValue(id: string, name: string): unknown {
  const path = join(import.meta.dirname, '../facts', id.replace('.', '/'), `${name}.json`);
  return (JSON.parse(readFileSync(path, 'utf8')) as { value: unknown }).value;
}
