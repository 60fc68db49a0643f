import type { Change, Step, Unchanged } from '../../core/change.ts';
import type { AuditSchedule } from '../../facts/services/audit-schedule.ts';
import { unifiedDiff } from '../../lib/diff.ts';
import { isAs, restore, runStep, textOf } from './installed.ts';
import type { Scheduled, ScheduleOrder } from './order.ts';
import { renderService, renderTimer, unitDirectory, unitName } from './units.ts';

const reload = runStep('systemctl', 'daemon-reload');

/** What makes systemd run the checklist, or why nothing has to be done. */
export function planTimer(
  order: ScheduleOrder,
  one: Scheduled,
  command: readonly string[],
  schedule: AuditSchedule,
): Change | Unchanged {
  const timer = unitName(one.checklist, 'timer');
  const wanted = [
    { path: `${unitDirectory}/${unitName(one.checklist, 'service')}`, text: renderService(order, one, command) },
    { path: `${unitDirectory}/${timer}`, text: renderTimer(order, one) },
  ];
  const loaded = schedule.units.find(({ name }) => name === timer);
  const [enabled, active] = [loaded?.enabled === 'enabled', loaded?.active === 'active'];
  const stale = schedule.units.some(
    ({ name, needsReload }) => needsReload && name.startsWith(`valops-audit-${one.checklist}.`),
  );
  const same = wanted.every(({ path, text }) => isAs(schedule, path, text));
  const id = `schedule.${one.checklist}`;
  if (same && enabled && active && !stale) return { id, reason: `${timer} runs it, ${one.cadence}` };
  return {
    id,
    summary: `run "${one.checklist}" by ${timer}, ${one.cadence}`,
    risk: 'none',
    diff: [
      ...wanted.map(({ path, text }) => unifiedDiff(path, textOf(schedule, path), text)),
      enabled ? '' : `+ enabled: ${timer}\n`,
      active ? '' : `+ active: ${timer}\n`,
    ].join(''),
    do: [
      ...wanted.map(({ path, text }): Step => ({ step: 'write', path, mode: '0644', content: text })),
      reload,
      runStep('systemctl', 'enable', timer),
      // a timer that is active goes on by its old calendar
      runStep('systemctl', 'restart', timer),
    ],
    undo: [
      ...(enabled && active ? [] : [runStep('sh', '-c', stopTimer, 'sh', timer)]),
      ...wanted.map(({ path }) => restore(schedule, path)),
      reload,
      ...(enabled ? [runStep('systemctl', 'enable', timer)] : []),
      ...(active ? [runStep('systemctl', 'restart', timer)] : []),
    ],
  };
}

/** A unit that is not there is stopped already. */
const stopTimer = 'systemctl disable --now "$1" 2>/dev/null || [ ! -e "/etc/systemd/system/$1" ]';

/** What takes that away again; nothing where nothing is. */
export function removeTimer(checklist: string, schedule: AuditSchedule): readonly Change[] {
  const timer = unitName(checklist, 'timer');
  const paths = (['service', 'timer'] as const)
    .map((kind) => `${unitDirectory}/${unitName(checklist, kind)}`)
    .filter((path) => textOf(schedule, path) !== null);
  if (paths.length === 0) return [];
  const loaded = schedule.units.find(({ name }) => name === timer);
  return [
    {
      id: `schedule.${checklist}`,
      summary: `no longer run "${checklist}" by ${timer}`,
      risk: 'none',
      diff: paths.map((path) => unifiedDiff(path, textOf(schedule, path), null)).join(''),
      do: [
        runStep('sh', '-c', stopTimer, 'sh', timer),
        ...paths.map((path): Step => ({ step: 'remove', path })),
        // what systemd remembers of a persistent timer: else one that is installed later runs at once
        { step: 'remove', path: `/var/lib/systemd/timers/stamp-${timer}` },
        reload,
        runStep('sh', '-c', 'systemctl reset-failed "$@" 2>/dev/null || :', 'sh', unitName(checklist, 'service')),
      ],
      undo: [
        ...paths.map((path) => restore(schedule, path)),
        reload,
        ...(loaded?.enabled === 'enabled' ? [runStep('systemctl', 'enable', timer)] : []),
        ...(loaded?.active === 'active' ? [runStep('systemctl', 'start', timer)] : []),
      ],
    },
  ];
}
