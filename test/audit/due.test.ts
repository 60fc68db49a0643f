import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latestAttestation, type Attestation } from '../../src/audit/attestation.ts';
import { checklistDue, lateAfterDays } from '../../src/audit/due.ts';
import { judgeManual, nextDue } from '../../src/audit/manual.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** The instant at which clocks in a time zone show that hour of that day; the first one where they show it twice. */
function local(zone: string, year: number, month: number, date: number, hours: number): Date {
  const shown = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  });
  const wanted = Date.UTC(year, month, date, hours);
  for (let at = wanted - 15 * hour; at <= wanted + 15 * hour; at += hour) {
    const parts = Object.fromEntries(shown.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year: y = 0, month: m = 0, day: d = 0, hour: h = 0 } = parts as Record<string, number | undefined>;
    if (Date.UTC(y, m - 1, d, h) === wanted) return new Date(at);
  }
  // an hour that summer time leaves out: cron runs it an hour later
  return local(zone, year, month, date, hours + 1);
}

const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Auckland');
/** Two years with a leap day between them. */
const year = 2027;
const hours = fc.integer({ min: 0, max: 23 });

const schedules = {
  weekly: (zone: string, at: number): readonly Date[] =>
    Array.from({ length: 104 }, (_, week) => local(zone, year, 0, 4 + 7 * week, at)),
  monthly: (zone: string, at: number): readonly Date[] =>
    Array.from({ length: 24 }, (_, month) => local(zone, year, month, 1, at)),
  quarterly: (zone: string, at: number): readonly Date[] =>
    Array.from({ length: 8 }, (_, quarter) => local(zone, year, 3 * quarter, 1, at)),
};

describe.each(['weekly', 'monthly', 'quarterly'] as const)('a %s checklist over two years', (cadence) => {
  const checklist = { name: cadence, cadence };
  const isLate = (last: Date | undefined, now: Date): boolean | undefined =>
    checklistDue(checklist, 'val-1', last, now)?.late;

  test('run by the calendar of any time zone it is never late, with up to 12 hours of delay', () => {
    fc.assert(
      fc.property(zones, hours, fc.integer({ min: 0, max: 12 }), (zone, at, delay) => {
        const runs = schedules[cadence](zone, at);
        for (const [index, run] of runs.slice(1).entries())
          expect(isLate(runs[index], new Date(run.getTime() + delay * hour)), `${zone} ${run.toISOString()}`).toBe(
            false,
          );
      }),
      { numRuns: 10 },
    );
  });

  test('when one run is missed it is late before the next one, and says so until it is caught up', () => {
    fc.assert(
      fc.property(zones, hours, fc.nat(), (zone, at, choice) => {
        const runs = schedules[cadence](zone, at);
        const missed = 1 + (choice % (runs.length - 2));
        const [before, next] = [runs[missed - 1] as Date, runs[missed + 1] as Date];
        expect(isLate(before, next)).toBe(true);
        const from = new Date(before.getTime() + lateAfterDays[cadence] * day);
        expect([isLate(before, new Date(from.getTime() - 1)), isLate(before, from)]).toEqual([false, true]);
        // caught up
        expect(isLate(next, new Date(next.getTime() + day))).toBe(false);
      }),
      { numRuns: 10 },
    );
  });

  test('never run is late; so is a report from the future', () => {
    const now = new Date('2028-02-29T12:00:00Z');
    expect(isLate(undefined, now)).toBe(true);
    expect(isLate(new Date(now.getTime() + 2 * day), now)).toBe(true);
    expect(isLate(new Date(now.getTime() + hour), now)).toBe(false);
  });
});

test('a checklist without a cadence is never late', () => {
  expect(checklistDue({ name: 'incident' }, 'val-1', undefined, new Date())).toBeUndefined();
});

describe('manual items', () => {
  const item = {
    id: 'manual.console-tried',
    title: 'the console was tried',
    why: 'it is the only way back',
    severity: 'medium',
    everyDays: 97,
    source: 'test',
  } as const;
  const attested = (at: Date): Attestation => ({
    item: item.id,
    by: 'anna',
    at: at.toISOString(),
    nextDue: nextDue(item, at).toISOString(),
  });
  const status = (all: readonly Attestation[], now: Date): string | undefined =>
    judgeManual([item], all, now)[0]?.status;

  test('hold for whole days of 24 hours, across a leap day and summer time', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date('2027-01-01'), max: new Date('2028-12-31'), noInvalidDate: true }), (at) => {
        const due = nextDue(item, at);
        expect(due.getTime() - at.getTime()).toBe(97 * day);
        expect(status([attested(at)], new Date(due.getTime() - 1))).toBe('pass');
        expect(status([attested(at)], due)).toBe('due');
      }),
    );
    expect(nextDue({ everyDays: 1 }, new Date('2028-02-28T23:30:00Z')).toISOString()).toBe('2028-02-29T23:30:00.000Z');
  });

  test('are due when nobody signed off, when another item was, and when it is dated in the future', () => {
    const now = new Date('2028-03-01T00:00:00Z');
    expect(status([], now)).toBe('due');
    expect(status([{ ...attested(now), item: 'manual.other' }], now)).toBe('due');
    expect(status([attested(new Date(now.getTime() + day))], now)).toBe('due');
  });

  test('the latest counts, whatever the order', () => {
    const [old, recent] = [attested(new Date('2027-01-01T00:00:00Z')), attested(new Date('2028-02-01T00:00:00Z'))];
    expect(latestAttestation([recent, old], item.id, new Date('2028-03-01T00:00:00Z'))).toBe(recent);
    expect(latestAttestation([recent, old], item.id, new Date('2027-06-01T00:00:00Z'))).toBe(old);
  });

  test('an interval that was made shorter counts at once', () => {
    const at = new Date('2028-02-01T00:00:00Z');
    const now = new Date('2028-02-20T00:00:00Z');
    expect(judgeManual([{ ...item, everyDays: 7 }], [attested(at)], now)).toMatchObject([{ status: 'due' }]);
  });
});
