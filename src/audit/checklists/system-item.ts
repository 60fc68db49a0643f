import type { ManualItem } from '../checklist.ts';

/** Days until it is due again: a month, a quarter, a year, and some for the person who signs off. */
export const [month, quarter, year] = [35, 97, 380];

/** A manual item of a system beside the validator; the table of its demands is its source. */
export function systemItem(
  id: ManualItem['id'],
  severity: ManualItem['severity'],
  everyDays: number,
  title: string,
  why: string,
): ManualItem {
  return { id, title, why, severity, everyDays, source: 'runbooks/system-checklists.md' };
}
