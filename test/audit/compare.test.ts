import { describe, expect, test } from 'vitest';
import { changesOnly } from '../../src/audit/changes-only.ts';
import { compareFindings } from '../../src/audit/compare.ts';
import type { Finding, Status } from '../../src/audit/finding.ts';
import { makeFinding, makeReport } from '../support/audit-report.ts';

const all = new Set(['ssh.root-login']);
const changeBetween = (before: Status | null, after: Status): Finding['change'] =>
  compareFindings([makeFinding({ status: after })], before === null ? [] : [makeFinding({ status: before })], all)[0]
    ?.change;

describe('a finding against the report before', () => {
  test.each([
    [null, 'fail', 'new'],
    [null, 'unknown', 'newly-unknown'],
    [null, 'due', 'new'],
    [null, 'pass', undefined],
    ['pass', 'fail', 'new'],
    ['pass', 'unknown', 'newly-unknown'],
    ['fail', 'fail', 'still'],
    ['fail', 'unknown', 'newly-unknown'],
    ['unknown', 'fail', 'new'],
    ['unknown', 'unknown', 'still'],
    ['fail', 'pass', 'fixed'],
    ['unknown', 'pass', 'fixed'],
    ['due', 'pass', 'fixed'],
    ['fail', 'skip', 'fixed'],
    ['pass', 'pass', undefined],
    ['skip', 'pass', undefined],
  ] as const)('%s, then %s: %s', (before, after, change) => {
    expect(changeBetween(before, after)).toBe(change);
  });

  test('subjects are told apart, and so are checks', () => {
    const findings = [makeFinding({ subject: 'a' }), makeFinding({ subject: 'b' }), makeFinding({ id: 'ssh.x' })];
    const changes = compareFindings(findings, [makeFinding({ subject: 'b' })], all).map(({ change }) => change);
    expect(changes).toEqual(['new', 'still', 'new']);
  });

  test('a change of the report before is not carried on', () => {
    const [finding] = compareFindings([makeFinding({ status: 'pass', change: 'new' })], [], all);
    expect(finding).not.toHaveProperty('change');
  });

  test('a subject that is gone is fixed', () => {
    const [gone] = compareFindings([], [makeFinding({ subject: '/tmp/key', actual: '0644' })], all);
    expect(gone).toMatchObject({ subject: '/tmp/key', status: 'skip', change: 'fixed', evidence: 'no longer there' });
    expect(gone).not.toHaveProperty('actual');
  });

  test('it is not, where the check could not look, or was not asked', () => {
    const before = [makeFinding({ subject: '/tmp/key' })];
    const blind = makeFinding({ subject: 'val-1', status: 'unknown' });
    expect(compareFindings([blind], before, all).map(({ change }) => change)).toEqual(['newly-unknown']);
    expect(compareFindings([], before, new Set())).toEqual([]);
  });

  test('a waived finding is still there, and its waiver going does not make it new', () => {
    const waiver = { reason: 'r', owner: 'o', expires: '2026-12-01T00:00:00.000Z' };
    expect(compareFindings([makeFinding()], [makeFinding({ waiver })], all)[0]?.change).toBe('still');
  });
});

describe('what is worth a mail', () => {
  const shown = (findings: readonly Finding[]): readonly string[] =>
    (changesOnly(makeReport(findings))?.findings ?? []).map(({ subject }) => subject);

  test('nothing, where nothing changed', () => {
    expect(changesOnly(makeReport([makeFinding({ change: 'still' }), makeFinding({ status: 'pass' })]))).toBeNull();
  });

  test('new, fixed, newly unknown, what is unknown every time, and all of a first report', () => {
    expect(
      shown([
        makeFinding({ subject: 'new', change: 'new' }),
        makeFinding({ subject: 'still', change: 'still' }),
        makeFinding({ subject: 'fixed', change: 'fixed', status: 'pass' }),
        makeFinding({ subject: 'blind', change: 'newly-unknown', status: 'unknown' }),
        makeFinding({ subject: 'still blind', change: 'still', status: 'unknown' }),
        makeFinding({ subject: 'first' }),
        makeFinding({ subject: 'fine', status: 'pass' }),
        makeFinding({ subject: 'waived', waiver: { reason: '', owner: '', expires: '' } }),
      ]),
    ).toEqual(['new', 'fixed', 'blind', 'still blind', 'first']);
  });
});
