import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostLogin } from '../../src/core/fact.ts';
import { checkFirewall } from '../../src/firewall/check.ts';
import { explain, parseTarget } from '../../src/firewall/explain.ts';
import { type FirewallOrder, planFirewall } from '../../src/firewall/plan.ts';
import { firewallStatus } from '../../src/firewall/status.ts';
import { caseLogin, type GivenFact, stockSnapshot } from './snapshot.ts';

interface Case {
  readonly title: string;
  readonly facts?: Readonly<Record<string, GivenFact>>;
  /** `console`: a login without the network. */
  readonly login?: Partial<HostLogin> | 'console';
  readonly order?: Partial<FirewallOrder> & { readonly policy?: object };
  readonly expect: {
    readonly changes?: readonly string[];
    readonly refusals?: readonly string[];
    /** Lines the whole diff must hold. */
    readonly diff?: readonly string[];
    /** Findings that fail or are unknown: `status id: message`. */
    readonly check?: readonly string[];
    readonly explain?: Readonly<Record<string, readonly string[]>>;
    readonly status?: object;
  };
}

const policy = { management: ['10.0.0.0/24'], public: [], local: [], egressDeny: [] };
const folder = join(import.meta.dirname, 'cases');

describe('cases', () => {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const {
      title,
      facts,
      login: given,
      order: ordered,
      expect: expected,
    } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Case;
    const login = given === 'console' ? { ...caseLogin, from: undefined, to: undefined } : { ...caseLogin, ...given };
    const snapshot = stockSnapshot(facts, login);
    const order: FirewallOrder = { prune: false, ...ordered, policy: { ...policy, ...ordered?.policy } };

    test(`${name}: ${title}`, () => {
      const planned = planFirewall(snapshot, login, order);
      const findings = checkFirewall(snapshot, login, order).filter(
        ({ status }) => status === 'fail' || status === 'unknown',
      );
      const seen = {
        ...(expected.changes && { changes: planned.changes.map(({ id }) => id) }),
        ...(expected.refusals && { refusals: planned.refusals.map(({ rule }) => rule) }),
        ...(expected.diff && {
          diff: expected.diff.filter((line) => planned.changes.some(({ diff }) => diff.split('\n').includes(line))),
        }),
        ...(expected.check && { check: findings.map(({ status, id, message }) => `${status} ${id}: ${message}`) }),
        ...(expected.explain && {
          explain: Object.fromEntries(
            Object.keys(expected.explain).map((target) => [
              target,
              explain(snapshot, login, order.policy, parseTarget(target)).map(
                ({ way, what, verdict, where, rule }) => `${way} ${what} ${verdict} by ${where}: ${rule}`,
              ),
            ]),
          ),
        }),
        ...(expected.status && { status: firewallStatus(snapshot, login, order) }),
      };
      expect(seen).toMatchObject(expected);
      // a refused plan touches nothing, and nothing is planned on facts that were not looked at
      if (planned.refusals.length > 0) expect(planned.changes).toEqual([]);
      expect(planned.restsOn.filter((id) => snapshot.facts[id] === undefined)).toEqual([]);
    });
  }
});
