import type { Change, Unchanged } from '../../core/change.ts';
import type { AuditSchedule } from '../../facts/services/audit-schedule.ts';
import { unifiedDiff } from '../../lib/diff.ts';
import { cronPath, renderCron } from './cron-line.ts';
import { isAs, restore, textOf } from './installed.ts';
import type { Scheduled, ScheduleOrder } from './order.ts';

/** What makes cron run the checklist, or why nothing has to be done. */
export function planCron(
  order: ScheduleOrder,
  one: Scheduled,
  command: readonly string[],
  schedule: AuditSchedule,
  host: string,
): Change | Unchanged {
  const path = cronPath(one.checklist);
  const text = renderCron(order, one, command, host);
  const id = `schedule.${one.checklist}`;
  if (isAs(schedule, path, text)) return { id, reason: `${path} runs it, ${one.cadence}` };
  return {
    id,
    summary: `run "${one.checklist}" by cron, ${one.cadence}`,
    risk: 'none',
    diff: unifiedDiff(path, textOf(schedule, path), text),
    do: [{ step: 'write', path, mode: '0644', content: text }],
    undo: [restore(schedule, path)],
  };
}

/** What takes that away again; nothing where nothing is. */
export function removeCron(checklist: string, schedule: AuditSchedule): readonly Change[] {
  const path = cronPath(checklist);
  const text = textOf(schedule, path);
  if (text === null) return [];
  return [
    {
      id: `schedule.${checklist}-cron`,
      summary: `no longer run "${checklist}" by cron`,
      risk: 'none',
      diff: unifiedDiff(path, text, null),
      do: [{ step: 'remove', path }],
      undo: [restore(schedule, path)],
    },
  ];
}
