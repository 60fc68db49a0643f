import type { Cadence } from '../check.ts';

/** A time of day, UTC. */
export interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

const months: Readonly<Record<Cadence, readonly number[]>> = {
  weekly: [],
  monthly: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  quarterly: [0, 3, 6, 9],
};

/** Reads `HH:MM`; null for anything else. */
export function parseTimeOfDay(text: string): TimeOfDay | null {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === undefined || minute === undefined ? null : { hour: Number(hour), minute: Number(minute) };
}

/**
 * When a checklist is run, for `OnCalendar=` of systemd.time(7). In UTC: a local time may be there twice or not
 * at all on a night in spring and autumn.
 */
export function onCalendar(cadence: Cadence, { hour, minute }: TimeOfDay): string {
  const day = { weekly: 'Mon *-*-*', monthly: '*-*-01', quarterly: '*-01,04,07,10-01' }[cadence];
  return `${day} ${two(hour)}:${two(minute)}:00 UTC`;
}

/**
 * The latest moment, not after `now`, at which a checklist of this cadence became due: Monday, the first of the
 * month, or the first of the quarter, 00:00 UTC.
 */
export function periodStart(cadence: Cadence, now: Date): Date {
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (cadence === 'weekly') return new Date(Date.UTC(year, month, day - ((now.getUTCDay() + 6) % 7)));
  return new Date(Date.UTC(year, months[cadence].findLast((one) => one <= month) ?? 0, 1));
}

/**
 * Whether this period has had no run yet. A line of cron that asks every day runs a checklist once in each
 * period, and catches up on the next day what was missed. A report from the future counts for nothing.
 */
export function isDueNow(cadence: Cadence, lastRun: Date | undefined, now: Date): boolean {
  if (lastRun === undefined || lastRun.getTime() > now.getTime()) return true;
  return lastRun.getTime() < periodStart(cadence, now).getTime();
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
