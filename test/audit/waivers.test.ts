import { describe, expect, test } from 'vitest';
import type { Waiver } from '../../src/audit/declared.ts';
import type { Finding } from '../../src/audit/finding.ts';
import { applyWaivers, endOf } from '../../src/audit/waivers.ts';
import { makeFinding } from '../support/audit-report.ts';

const waiver: Waiver = {
  check: 'ssh.root-login',
  subject: '*',
  reason: 'console is broken',
  owner: 'anna',
  expires: '2026-11-30',
};
const at = (time: string, given: Partial<Waiver> = {}, finding = makeFinding()): ReturnType<typeof applyWaivers> =>
  applyWaivers([finding], [{ ...waiver, ...given }], 'val-1', new Date(time));
const isWaived = ({ findings: [first] }: { readonly findings: readonly Finding[] }): boolean =>
  first?.waiver !== undefined;

describe('when a waiver ends', () => {
  test.each([
    ['2026-11-30', '2026-12-01T00:00:00.000Z'],
    ['2026-12-31', '2027-01-01T00:00:00.000Z'],
    ['2028-02-28', '2028-02-29T00:00:00.000Z'],
    ['2028-02-29', '2028-03-01T00:00:00.000Z'],
    // the nights in which Berlin and New York change their clocks are as long as any in UTC
    ['2026-10-25', '2026-10-26T00:00:00.000Z'],
    ['2026-11-01', '2026-11-02T00:00:00.000Z'],
    ['2026-11-30T12:00Z', '2026-11-30T12:00:00.000Z'],
  ])('%s: at %s', (expires, end) => {
    expect(endOf({ expires })?.toISOString()).toBe(end);
  });

  test.each(['2026-02-29', '2026-13-01', '2026-11-31', 'soon', '2026-11-30T12:00', '2026-11-30T12:00+01:00', ''])(
    '"%s" is no end: it covers nothing',
    (expires) => {
      expect(endOf({ expires })).toBeNull();
      expect(isWaived(at('2026-01-01T00:00:00Z', { expires }))).toBe(false);
    },
  );

  test('it covers to the last millisecond, and not one more', () => {
    expect(isWaived(at('2026-11-30T23:59:59.999Z'))).toBe(true);
    expect(isWaived(at('2026-12-01T00:00:00.000Z'))).toBe(false);
  });

  test('over, it is a failed finding of its own that names owner and reason', () => {
    const { findings, waivers } = at('2026-12-01T00:00:00Z');
    expect(findings[1]).toMatchObject({ id: 'audit.waiver', status: 'fail', subject: 'ssh.root-login *' });
    expect(findings[1]?.evidence).toBe('anna: console is broken');
    expect(waivers).toMatchObject([{ state: 'expired', expires: '2026-12-01T00:00:00.000Z' }]);
  });

  test('another waiver cannot cover one that is over', () => {
    const cover = { ...waiver, check: 'audit.*', expires: '2027-12-31' };
    const { findings } = applyWaivers([], [waiver, cover], 'val-1', new Date('2026-12-05T00:00:00Z'));
    expect(findings).toMatchObject([{ id: 'audit.waiver' }]);
    expect(findings[0]?.waiver).toBeUndefined();
  });
});

describe('what a waiver covers', () => {
  const now = '2026-11-22T00:00:00Z';

  test.each([
    [{ subject: 'PermitRootLogin' }, true],
    [{ subject: 'Permit*' }, true],
    [{ subject: '*Login' }, true],
    [{ subject: 'permitrootlogin' }, false],
    [{ subject: 'PermitRoot' }, false],
    [{ subject: '.*' }, false],
    [{ check: 'ssh.*' }, true],
    [{ check: 'ss.*' }, false],
    [{ check: 'ssh.root' }, false],
    [{ hosts: ['val-1'] }, true],
    [{ hosts: ['val-2'] }, false],
  ] as const)('%j: %s', (given, covered) => {
    expect(isWaived(at(now, given))).toBe(covered);
  });

  test('nothing that passed or was skipped, and then it is listed as not needed', () => {
    const { findings, waivers } = at(now, {}, makeFinding({ status: 'pass' }));
    expect(findings[0]?.waiver).toBeUndefined();
    expect(waivers).toMatchObject([{ state: 'unused' }]);
    expect(at(now).waivers).toMatchObject([{ state: 'applied' }]);
  });

  test('what is unknown or due too', () => {
    for (const status of ['unknown', 'due'] as const) expect(isWaived(at(now, {}, makeFinding({ status })))).toBe(true);
  });
});
