import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Attestation } from '../../src/audit/attestation.ts';
import { changesOnly } from '../../src/audit/changes-only.ts';
import { defineCheck, type Cadence } from '../../src/audit/check.ts';
import type { ManualItem, ResolvedChecklist } from '../../src/audit/checklist.ts';
import type { Waiver } from '../../src/audit/declared.ts';
import { checklistDue } from '../../src/audit/due.ts';
import { makeReport } from '../../src/audit/make-report.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import { isDueNow, periodStart } from '../../src/audit/schedule/calendar.ts';
import { encodeReport } from '../../src/audit/report-file.ts';
import { latestReport, listReports, readReport, storeReport } from '../../src/audit/store.ts';
import type { Home } from '../../src/core/context.ts';
import { createFiles } from '../../src/store/files.ts';
import { auditPolicy } from '../support/audit-policy.ts';

const hour = 3_600_000;
const day = 24 * hour;
const begin = new Date('2027-11-22T00:00:00Z');
const end = new Date('2028-11-22T00:00:00Z');
const iso = (time: string): number => Date.parse(`${time}Z`);

/** A host that is off from Monday to Wednesday in January, and for five weeks in summer. */
const off = [
  [iso('2028-01-03T00:00'), iso('2028-01-05T20:00')],
  [iso('2028-07-10T00:00'), iso('2028-08-14T12:00')],
] as const;
const isOff = (time: number): boolean => off.some(([from, to]) => time >= from && time < to);

/** What is wrong with the host: a port is open through December, and again from May to the end. */
const isOpenPort = (time: number): boolean =>
  (time >= iso('2027-12-01T00:00') && time < iso('2028-01-01T00:00')) || time >= iso('2028-05-01T00:00');

const port = defineCheck({
  id: 'firewall.port',
  title: 'no port is open',
  why: 'test',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: { want: 'none', source: 'test' } },
  remediation: 'close it',
  needs: {},
  evaluate: (_facts, { now }) => [{ status: isOpenPort(now.getTime()) ? 'fail' : 'pass', subject: '9002/tcp' }],
});
const waived = defineCheck({
  id: 'ssh.old',
  title: 'nothing is old',
  why: 'test',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: { want: 'new', source: 'test' } },
  remediation: 'renew it',
  needs: {},
  evaluate: () => [{ status: 'fail', subject: 'moduli' }],
});
const item: ManualItem = {
  id: 'manual.access',
  title: 'who has access',
  why: 'test',
  severity: 'high',
  everyDays: 90,
  source: 'test',
};
/** Ninety days after this is noon of the leap day. */
const signedOff: Attestation = {
  item: item.id,
  by: 'anna',
  at: '2027-12-01T12:00:00.000Z',
  nextDue: '2028-02-29T12:00:00.000Z',
};
const waiver: Waiver = { check: 'ssh.old', subject: '*', reason: 'soon', owner: 'anna', expires: '2028-02-29' };

const checklist = (name: string, cadence: Cadence): ResolvedChecklist => ({
  name,
  title: name,
  cadence,
  checks: [port, waived],
  manual: [item],
  own: [],
});
const lists = [checklist('weekly', 'weekly'), checklist('monthly', 'monthly'), checklist('quarterly', 'quarterly')];

describe('a year of one host, asked every day at 04:19 whether it is time', () => {
  const home: Home = { path: mkdtempSync(join(tmpdir(), 'valops-year-')), ageDirectory: () => '' };
  afterAll(() => rmSync(home.path, { recursive: true, force: true }));
  // that a report is on the disk is proven elsewhere
  const files = createFiles();
  const runs: { readonly at: number; readonly report: AuditReport; readonly told: boolean }[] = [];
  const lateOn = new Map<string, number[]>(lists.map(({ name }) => [name, []]));

  for (let time = begin.getTime() + 4 * hour + 19 * 60_000; time < end.getTime(); time += day) {
    const now = new Date(time);
    for (const one of lists) {
      const last = listReports(files, home, 'val-1', one.name).at(-1)?.at;
      // somebody else's machine asks, whether the host is on or not
      if (checklistDue(one, 'val-1', last, now)?.late === true) lateOn.get(one.name)?.push(time);
      if (isOff(time) || one.cadence === undefined || !isDueNow(one.cadence, last, now)) continue;
      const report = makeReport({
        checklist: one,
        snapshot: {
          name: 'val-1',
          gatheredAt: now.toISOString(),
          roundTrips: 1,
          login: { user: 'root', from: undefined, to: undefined, keyFingerprint: undefined },
          facts: {},
        },
        policy: auditPolicy({ now }),
        waivers: [waiver],
        attestations: [signedOff],
        before: latestReport(files, home, 'val-1', one.name).report,
        now,
        durationMs: 1,
        journalHead: null,
        tool: 'test',
      });
      storeReport(files, home, report, { bytes: encodeReport(report), signature: null });
      runs.push({ at: time, report, told: changesOnly(report) !== null });
    }
  }
  const of = (name: string): typeof runs => runs.filter(({ report }) => report.checklist === name);
  const days = (times: readonly number[]): readonly string[] =>
    times.map((time) => new Date(time).toISOString().slice(0, 10));
  const find = (report: AuditReport | undefined, id: string): AuditReport['findings'][number] | undefined =>
    report?.findings.find((finding) => finding.id === id);

  test('each week, month and quarter in which the host was on has one run, caught up where one was missed', () => {
    const weekly = days(of('weekly').map(({ at }) => at));
    expect(weekly).toHaveLength(53 - 5);
    // Monday was missed, and Thursday is the first day on
    expect(weekly).toContain('2028-01-06');
    expect(weekly).not.toContain('2028-01-03');
    // the week in which it came back
    expect(weekly).toContain('2028-08-15');
    expect(new Set(of('weekly').map(({ at }) => periodStart('weekly', new Date(at)).getTime())).size).toBe(48);
    expect(days(of('monthly').map(({ at }) => at))).toEqual([
      '2027-11-22',
      ...['2027-12', '2028-01', '2028-02', '2028-03', '2028-04', '2028-05', '2028-06', '2028-07'].map((m) => `${m}-01`),
      '2028-08-15',
      ...['2028-09', '2028-10', '2028-11'].map((m) => `${m}-01`),
    ]);
    expect(days(of('quarterly').map(({ at }) => at))).toEqual([
      ...['2027-11-22', '2028-01-01', '2028-04-01', '2028-07-01', '2028-10-01'],
    ]);
  });

  test('silence is told: before the first run, and from the ninth day without one', () => {
    // a week that began on Thursday ends on Monday: not late, nor is the first run after it
    expect(days(lateOn.get('weekly') ?? []).slice(0, 2)).toEqual(['2027-11-22', '2028-01-04']);
    const summer = days((lateOn.get('weekly') ?? []).filter((time) => time > iso('2028-02-01T00:00')));
    expect([summer[0], summer.at(-1)]).toEqual(['2028-07-11', '2028-08-15']);
    expect(days(lateOn.get('monthly') ?? [])).toEqual([
      '2027-11-22',
      ...Array.from({ length: 14 }, (_, index) => `2028-08-${String(index + 2).padStart(2, '0')}`),
    ]);
    expect(days(lateOn.get('quarterly') ?? [])).toEqual(['2027-11-22']);
  });

  test('a waiver of the leap day covers that day, and no run after it', () => {
    const last = of('weekly').findLast(({ at }) => at < iso('2028-03-01T00:00'));
    const next = of('weekly').find(({ at }) => at >= iso('2028-03-01T00:00'));
    expect(find(last?.report, 'ssh.old')?.waiver?.expires).toBe('2028-03-01T00:00:00.000Z');
    expect(find(last?.report, 'audit.waiver')).toBeUndefined();
    expect(find(next?.report, 'ssh.old')?.waiver).toBeUndefined();
    expect(find(next?.report, 'audit.waiver')).toMatchObject({ status: 'fail', change: 'new' });
    expect(next?.told).toBe(true);
    const monthly = of('monthly').find(({ at }) => days([at])[0] === '2028-03-01');
    expect(find(monthly?.report, 'audit.waiver')?.status).toBe('fail');
  });

  test('what was signed off for ninety days is due from noon of the leap day on', () => {
    const status = (time: string): string | undefined =>
      find(of('weekly').find(({ at }) => days([at])[0] === time)?.report, item.id)?.status;
    expect([status('2027-11-29'), status('2027-12-06'), status('2028-02-28'), status('2028-03-06')]).toEqual([
      'due',
      'pass',
      'pass',
      'due',
    ]);
  });

  test('mails: the first, those of what changed, and none besides', () => {
    expect(
      days(
        of('weekly')
          .filter(({ told }) => told)
          .map(({ at }) => at),
      ),
    ).toEqual([
      '2027-11-22',
      // the port is open, and the item was signed off
      '2027-12-06',
      // the port is closed
      '2028-01-06',
      // the waiver is over, the item is due
      '2028-03-06',
      '2028-05-01',
    ]);
    const changes = of('weekly').map(({ report }) => find(report, port.id)?.change ?? 'none');
    expect(changes.filter((change) => change === 'new')).toHaveLength(2);
    expect(changes.filter((change) => change === 'fixed')).toHaveLength(1);
  });

  test('history: every report is there, in order, and says what it said', () => {
    const stored = listReports(files, home, 'val-1');
    expect(stored).toHaveLength(runs.length);
    expect(stored.map(({ at }) => at.getTime())).toEqual(runs.map(({ at }) => at));
    // those of one moment are in the order of their names
    for (const { name } of lists) {
      const read = listReports(files, home, 'val-1', name).map(({ path }) => readReport(files, path));
      expect(read).toEqual(of(name).map(({ report }) => report));
    }
  });
});

/** The moments of a year at which the wall clock of a zone shows a time; those after the gap where it never does. */
function moments(zone: string, time: string): readonly Date[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return Array.from({ length: 366 }, (_, index) => {
    const wanted = iso(`${new Date(begin.getTime() + index * day).toISOString().slice(0, 10)}T${time}:00`);
    let guess = wanted;
    for (let round = 0; round < 2; round++) guess += wanted - iso(format.format(guess).replace(' ', 'T'));
    return new Date(guess);
  });
}

describe('a line of cron in the time zone of the host', () => {
  test.each([
    ['UTC', '04:19'],
    // clocks go from 02:00 to 03:00 and back
    ['Europe/Berlin', '02:30'],
    ['America/New_York', '02:30'],
    // at midnight, by half an hour, and a day ahead of UTC
    ['America/Santiago', '00:05'],
    ['Australia/Lord_Howe', '02:10'],
    ['Pacific/Kiritimati', '04:19'],
    ['Pacific/Pago_Pago', '23:50'],
  ])('%s at %s: one run in each week, month and quarter, and never late', (zone, time) => {
    const asked = moments(zone, time);
    for (const cadence of ['weekly', 'monthly', 'quarterly'] as const) {
      const ran: Date[] = [];
      const late = asked.filter((now) => {
        const last = ran.at(-1);
        if (isDueNow(cadence, last, now)) ran.push(now);
        return last !== undefined && checklistDue({ name: 'a', cadence }, 'val-1', last, now)?.late !== false;
      });
      expect(late).toEqual([]);
      expect(new Set(ran.map((at) => periodStart(cadence, at).getTime())).size).toBe(ran.length);
      expect(ran.length).toBeGreaterThanOrEqual({ weekly: 52, monthly: 12, quarterly: 4 }[cadence]);
    }
  });

  test('a clock that was wrong does not silence it', () => {
    expect(isDueNow('weekly', new Date('2031-01-01T00:00:00Z'), begin)).toBe(true);
  });
});
