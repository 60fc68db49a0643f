import type { Cadence } from './check.ts';
import type { Checklist } from './checklist.ts';

/**
 * Days after which a checklist is late: the longest time between two runs in the calendar, and a day
 * for jitter, a longer run, and a clock that goes by summer time.
 */
export const lateAfterDays: Readonly<Record<Cadence, number>> = { weekly: 8, monthly: 32, quarterly: 93 };

const day = 86_400_000;

/** Whether a checklist was run on a host when it should have been. */
export interface ChecklistDue {
  readonly host: string;
  readonly checklist: string;
  /** RFC 3339; null: no report is stored. */
  readonly lastRun: string | null;
  /** When it is late, or was; null: it was never run. */
  readonly lateFrom: string | null;
  readonly late: boolean;
  readonly reason: string;
}

/**
 * Judges the latest run by the cadence of the checklist. Never run is late; so is a report from the
 * future, which would silence the alarm until then. Undefined for a checklist that is run on occasion.
 */
export function checklistDue(
  { name, cadence }: Pick<Checklist, 'name' | 'cadence'>,
  host: string,
  lastRun: Date | undefined,
  now: Date,
): ChecklistDue | undefined {
  if (cadence === undefined) return undefined;
  const common = { host, checklist: name };
  if (lastRun === undefined) return { ...common, lastRun: null, lateFrom: null, late: true, reason: 'never run' };
  const from = new Date(lastRun.getTime() + lateAfterDays[cadence] * day);
  const dated = { ...common, lastRun: lastRun.toISOString(), lateFrom: from.toISOString() };
  if (lastRun.getTime() > now.getTime() + day)
    return { ...dated, late: true, reason: 'its last report is from the future: is the clock right?' };
  const late = now.getTime() >= from.getTime();
  const days = Math.max(0, Math.floor((now.getTime() - lastRun.getTime()) / day));
  const ago = days === 1 ? '1 day ago' : `${days} days ago`;
  return { ...dated, late, reason: `last run ${ago}, ${cadence}` };
}
