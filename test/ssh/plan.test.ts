import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveSshPolicy } from '../../src/policy/ssh/policy.ts';
import { lockoutRules } from '../../src/ssh/lockout/registry.ts';
import { dropInPath } from '../../src/ssh/own-files.ts';
import { planSsh } from '../../src/ssh/plan.ts';
import { type SshCase, snapshotOf } from '../support/ssh-case.ts';

/** Cases in a folder beside this file, with their path as name. */
function casesIn(folder: string): readonly (SshCase & { readonly name: string })[] {
  return readdirSync(join(import.meta.dirname, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => ({
      name: `${folder}/${file.slice(0, -5)}`,
      ...(JSON.parse(readFileSync(join(import.meta.dirname, folder, file), 'utf8')) as SshCase),
    }));
}

const cases = [...casesIn('plan'), ...casesIn('lockout')];

describe('plans by facts and policy', () => {
  for (const one of cases) {
    test(`${one.name}: ${one.about}`, () => {
      const policy = resolveSshPolicy({ override: {}, ...one.declared }, one.profile);
      const snapshot = snapshotOf(one);
      const plan = planSsh(policy, snapshot, snapshot.login);
      const { changes, diff, dropIn, notInDropIn, writes, refusals = [] } = one.expect;

      expect(plan.refusals.map(({ rule }) => rule)).toEqual(refusals);
      for (const refusal of plan.refusals) expect(refusal.hint).not.toBe('');
      const ids = plan.changes.map(({ id }) => id);
      expect(ids).toEqual(changes ?? ids);
      const lines = plan.changes.flatMap((change) => change.diff.split('\n'));
      for (const line of diff ?? []) expect(lines.filter((each) => each.startsWith(line))).toHaveLength(1);
      const written = new Map(
        plan.changes
          .flatMap((change) => change.do)
          .flatMap((step) => (step.step === 'write' ? [[step.path, step.content] as const] : [])),
      );
      const own = (written.get(dropInPath) ?? '').split('\n');
      expect(own).toEqual(expect.arrayContaining([...(dropIn ?? [])]));
      for (const line of notInDropIn ?? []) expect(own.filter((each) => each.startsWith(line))).toEqual([]);
      for (const [path, start] of Object.entries(writes ?? {}))
        expect(written.get(path)?.slice(0, start.length)).toBe(start);
    });
  }

  test('every lockout rule has a case in which it refuses and one in which it does not', () => {
    const ids = lockoutRules.map(({ id }) => id);
    const refused = new Set(casesIn('lockout').flatMap(({ expect: { refusals = [] } }) => refusals));
    expect(ids.filter((id) => !refused.has(id))).toEqual([]);
    expect(casesIn('lockout').some(({ expect: { refusals = [] } }) => refusals.length === 0)).toBe(true);
  });

  test('a plan rests on no fact that tells of the login, and holds no private key', () => {
    const snapshot = snapshotOf({});
    const plan = planSsh(resolveSshPolicy({ override: {} }), snapshot, snapshot.login);
    expect(plan.restsOn).not.toContain('ssh.effective-for-login');
    expect(plan.restsOn).not.toContain('system.session');
    expect(JSON.stringify(plan)).not.toContain('PRIVATE KEY');
  });
});
