import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { BaselineState } from '../../src/audit/baseline/document.ts';
import { baselineSections } from '../../src/audit/baseline/sections/registry.ts';
import { defineCheck, type Check } from '../../src/audit/check.ts';
import type { OwnCheck } from '../../src/audit/checklist.ts';
import type { AuditDeclared } from '../../src/audit/declared.ts';
import { judgeChecks } from '../../src/audit/judge-checks.ts';
import { toCheck } from '../../src/audit/own-check.ts';
import { makeReport } from '../../src/audit/make-report.ts';
import { allChecklists, findChecklists, onlyPart } from '../../src/audit/select.ts';
import { checks } from '../../src/audit/checks/registry.ts';
import type { Snapshot } from '../../src/core/fact.ts';
import { gather } from '../../src/core/gather.ts';
import { auditPolicy } from '../support/audit-policy.ts';
import { scriptHost } from '../support/script-host.ts';

const snapshot: Snapshot = {
  name: 'val-1',
  gatheredAt: '2026-11-22T00:00:00.000Z',
  roundTrips: 1,
  login: { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined },
  facts: {},
};
const policy = auditPolicy();
/** A baseline of a host on which every list was empty. */
const nothingAccepted: BaselineState = {
  state: 'accepted',
  digest: 'ab'.repeat(32),
  baseline: {
    schema: 'valops/audit-baseline/1',
    host: 'val-1',
    acceptedAt: '2026-11-01T00:00:00.000Z',
    acceptedBy: 'ops',
    tool: 'valops 0.1.0',
    sections: Object.fromEntries(baselineSections.map(({ id }) => [id, { known: true, entries: [] }])),
  },
};
const check = (id: Check['id'], judge: Check['judge'], given: Partial<Check> = {}): Check => ({
  id,
  title: 'a title',
  why: 'a reason',
  severity: 'low',
  cadence: 'weekly',
  expectations: { validator: { want: 'x', source: 'y' } },
  remediation: 'do it',
  questions: () => [],
  judge,
  ...given,
});

describe('judging', () => {
  test('a check that throws, or says nothing, is unknown; the others go on', () => {
    const findings = judgeChecks(
      [
        check('accounts.throws', () => {
          throw new Error('no such member');
        }),
        check('accounts.silent', () => []),
        check('accounts.fine', () => [{ status: 'pass', subject: 'a' }]),
      ],
      snapshot,
      policy,
    );
    expect(findings.map(({ id, status }) => [id, status])).toEqual([
      ['accounts.throws', 'unknown'],
      ['accounts.silent', 'unknown'],
      ['accounts.fine', 'pass'],
    ]);
    expect(findings[0]?.evidence).toContain('no such member');
  });

  test('what the profile does not look at is skipped, and says so; SSH goes by its own policy', () => {
    const fails: Check['judge'] = () => [{ status: 'fail', subject: 'a' }];
    const judged = judgeChecks([check('accounts.x', fails), check('ssh.x', fails)], snapshot, {
      ...policy,
      profile: 'ssh-audit',
    });
    expect(judged.map(({ status }) => status)).toEqual(['skip', 'fail']);
    expect(judged[0]?.evidence).toBe('the profile "ssh-audit" does not look at it');
  });

  test('facts that were not asked make a check unknown, never a pass', () => {
    const looksAt = ({ id, expectations }: Check): boolean =>
      id.startsWith('ssh.') || expectations[policy.profile] !== undefined;
    const asking = checks.filter((one) => one.questions(policy).length > 0 && looksAt(one));
    const all = judgeChecks(asking, snapshot, { ...policy, baseline: nothingAccepted });
    expect(all.filter(({ status }) => status !== 'unknown').map(({ id }) => id)).toEqual([]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(asking.length);
  });

  test('what a host said is made harmless', () => {
    const [finding] = judgeChecks(
      [check('accounts.x', () => [{ status: 'fail', subject: '\u001b[2Jx', evidence: 'a\u0007\nb' }])],
      snapshot,
      policy,
    );
    expect([finding?.subject, finding?.evidence]).toEqual([String.raw`\u{1b}[2Jx`, 'a\\u{7}\nb']);
  });

  test('a value of the wrong shape, as an edited file of facts may have, ends no run', () => {
    const ids = new Set(checks.flatMap((one) => one.questions(policy)).map(({ id }) => id));
    for (const value of [null, 3, 'text', {}, []]) {
      const facts = Object.fromEntries([...ids].map((id) => [id, { known: true as const, value }]));
      expect(judgeChecks(checks, { ...snapshot, facts }, policy).length).toBeGreaterThan(checks.length - 1);
    }
  });
});

describe('own checks, run by a real shell in the same round trip', () => {
  const judge = async (own: Partial<OwnCheck>): Promise<unknown> => {
    const made = toCheck({ id: 'own.x', title: 't', severity: 'low', run: ['true'], timeout: 5, ...own });
    const asked = await gather(scriptHost(), made.questions(policy), {
      clock: { now: () => new Date(0), monotonic: () => 0 },
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
    });
    return made.judge(asked, policy)[0];
  };

  test.each([
    ['exit 0', { run: ['true'] }, 'pass'],
    ['exit 1', { run: ['false'] }, 'fail'],
    ['output that matches, in any line', { run: ['printf', 'a\nactive\n'], expect: '^active$' }, 'pass'],
    ['output that does not', { run: ['echo', 'inactive'], expect: '^active$' }, 'fail'],
    ['output that matches, and exit 1', { run: ['sh', '-c', 'echo active; exit 1'], expect: 'active' }, 'fail'],
    ['no such program', { run: ['valops-no-such-program'] }, 'unknown'],
    ['one that hangs', { run: ['sleep', '60'], timeout: 1 }, 'unknown'],
  ] as const)('%s', async (_, own, status) => {
    expect(await judge(own as Partial<OwnCheck>)).toMatchObject({ status });
  });

  test('words are words: no shell reads them', async () => {
    expect(
      await judge({ run: ['echo', '$(id); `id` > /dev/null'], expect: String.raw`^\$\(id\); .id. >` }),
    ).toMatchObject({
      status: 'pass',
    });
  });
});

describe('checklists', () => {
  const none: Pick<AuditDeclared, 'checklists'> = { checklists: {} };

  test('every built-in one names what there is; each cadence includes the ones before it', () => {
    const ids = (name: string): readonly string[] => findChecklists([name], none)[0]?.checks.map(({ id }) => id) ?? [];
    for (const { name } of allChecklists(none)) expect([name, ids(name).length > 0]).toEqual([name, true]);
    expect(ids('monthly')).toEqual(expect.arrayContaining([...ids('weekly')]));
    expect(ids('quarterly')).toEqual(expect.arrayContaining([...ids('monthly')]));
    const byCadence = checks.filter(({ onlyNamed }) => onlyNamed !== true);
    expect(ids('pre-deployment')).toEqual(byCadence.map(({ id }) => id));
    expect(ids('weekly')).not.toContain('ssh.moduli');
  });

  test('manual items have one meaning wherever they are', () => {
    const items = allChecklists(none).flatMap(({ manual }) => manual);
    for (const item of items) expect(items.filter(({ id }) => id === item.id).every((one) => one === item)).toBe(true);
  });

  test('own items are added to a built-in one; its own members stay', () => {
    const own = [{ id: 'own.x', title: 't', severity: 'low', run: ['true'], timeout: 5 }] as const;
    const [weekly] = findChecklists(['weekly'], { checklists: { weekly: { manual: [], own } } });
    expect(weekly).toMatchObject({ cadence: 'weekly', own: [{ id: 'own.x' }] });
    expect(weekly?.manual.length).toBeGreaterThan(0);
    expect(weekly?.checks.length).toBeGreaterThan(10);
  });

  test('a name nobody declared, and a word that names no check, are said', () => {
    expect(() => findChecklists(['wekly'], none)).toThrow(/no checklist "wekly"/);
    const declared = { nightly: { checks: ['ssh.no-such'], manual: [], own: [] } };
    expect(() => findChecklists(['nightly'], { checklists: declared })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('"ssh.no-such"') as string }),
    );
  });

  test('--only takes ids, families and manual items', () => {
    const [weekly] = findChecklists(['weekly'], none);
    if (weekly === undefined) throw new Error('no weekly');
    const part = onlyPart(weekly, ['firewall.*', 'manual.advisories']);
    expect(part.checks.every(({ id }) => id.startsWith('firewall.'))).toBe(true);
    expect(part.checks).toEqual(weekly.checks.filter(({ id }) => id.startsWith('firewall.')));
    expect([part.checks.length > 3, part.manual.length]).toEqual([true, 1]);
    expect(() => onlyPart(weekly, ['ssh.moduli'])).toThrow(/not in the checklist "weekly"/);
  });
});

test('a report: the worst open findings first, waived ones counted apart, a policy digest without its time', () => {
  const make = (now: string): ReturnType<typeof makeReport> =>
    makeReport({
      checklist: {
        name: 'weekly',
        title: '',
        checks: [
          defineCheck({
            ...check('accounts.low', () => []),
            needs: {},
            evaluate: () => [{ status: 'fail', subject: 'a' }],
          }),
          check('accounts.high', () => [{ status: 'fail', subject: 'b' }], { severity: 'high' }),
          check('accounts.waived', () => [{ status: 'fail', subject: 'c' }], { severity: 'critical' }),
        ],
        manual: [],
        own: [],
      },
      snapshot,
      policy: auditPolicy({ now: new Date(now) }),
      waivers: [{ check: 'accounts.waived', subject: 'c', reason: 'r', owner: 'o', expires: '2027-01-01' }],
      attestations: [],
      before: undefined,
      now: new Date(now),
      durationMs: 12.4,
      journalHead: null,
      tool: 'valops 0.1.0',
    });
  const report = make('2026-11-22T00:00:00Z');
  expect(report.findings.map(({ id }) => id)).toEqual(['accounts.high', 'accounts.low', 'accounts.waived']);
  expect(report.summary).toEqual({ pass: 0, fail: 2, skip: 0, unknown: 0, due: 0, waived: 1 });
  expect(report.policy.digest).toBe(make('2026-11-23T00:00:00Z').policy.digest);
  expect(report.durationMs).toBe(12);
});
