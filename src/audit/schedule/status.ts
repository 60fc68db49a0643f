import type { AuditSchedule } from '../../facts/services/audit-schedule.ts';
import type { Cadence } from '../check.ts';
import { lateAfterDays } from '../due.ts';
import { cronPath } from './cron-line.ts';
import { installedChecklists } from './plan.ts';
import { unitDirectory, unitName } from './units.ts';

/** How one checklist is run on a host by itself, and how that went. Times in RFC 3339. */
export interface ScheduleEntry {
  readonly checklist: string;
  /** Null: nothing is installed. */
  readonly by: 'systemd' | 'cron' | null;
  readonly next: string | null;
  /** When its latest report was made, or the service began, whichever was later. */
  readonly last: string | null;
  /** Of the last run by systemd: `success`, `running`, or what went wrong; null where nothing tells. */
  readonly result: string | null;
  /** What is wrong, one line each; empty: it is as it should be. */
  readonly problems: readonly string[];
}

const daySeconds = 86_400;

/** Judges what is installed for these checklists, and for every other one for which something is. Pure. */
export function scheduleStatus(
  schedule: AuditSchedule,
  wanted: readonly { readonly checklist: string; readonly cadence: Cadence | undefined }[],
): readonly ScheduleEntry[] {
  const names = new Map<string, Cadence | undefined>(
    installedChecklists(schedule).map((name) => [name, cadenceOf(schedule, name)]),
  );
  for (const { checklist, cadence } of wanted) names.set(checklist, cadence ?? names.get(checklist));
  return [...names].map(([checklist, cadence]) => entryOf(schedule, checklist, cadence));
}

function entryOf(schedule: AuditSchedule, checklist: string, cadence: Cadence | undefined): ScheduleEntry {
  const timerPath = `${unitDirectory}/${unitName(checklist, 'timer')}`;
  const file = schedule.files.find(({ path }) => path === timerPath);
  const cron = schedule.files.find(({ path }) => path === cronPath(checklist));
  const report = schedule.reports[checklist] ?? null;
  if (file !== undefined) return timerEntry(schedule, checklist, cadence, file.modifiedAt);
  if (cron !== undefined) {
    const problems = [
      ...(schedule.cron.running ? [] : ['cron does not run']),
      ...(cron.mode === '0644' || cron.mode === '0600' || cron.mode === '0640'
        ? []
        : [`cron ignores ${cron.path}: its mode is ${cron.mode}`]),
      ...late(report, cron.modifiedAt, cadence, schedule.now),
    ];
    return { checklist, by: 'cron', next: null, last: iso(report), result: null, problems };
  }
  return { checklist, by: null, next: null, last: iso(report), result: null, problems: ['nothing runs it'] };
}

function timerEntry(
  { units, reports, now, cron, files }: AuditSchedule,
  checklist: string,
  cadence: Cadence | undefined,
  installedAt: number,
): ScheduleEntry {
  const name = unitName(checklist, 'timer');
  const timer = units.find((one) => one.name === name);
  const service = units.find((one) => one.name === unitName(checklist, 'service'));
  const running = service?.active === 'activating' || service?.active === 'active';
  const times = [reports[checklist], timer?.triggered, service?.started].filter((one) => typeof one === 'number');
  const last = times.length === 0 ? null : Math.max(...times);
  const begun = service?.started !== null && service !== undefined;
  const failed = begun && !running && service.result !== 'success';
  const problems = [
    ...(timer?.enabled === 'enabled' ? [] : [`${name} is not enabled: after a boot nothing runs it`]),
    ...(timer?.active === 'active' ? [] : [`${name} is ${timer?.active ?? 'not loaded'}: nothing runs it`]),
    ...(timer?.active === 'active' && timer.next === null && !running ? [`${name} will never elapse`] : []),
    ...(failed ? [`its last run failed: ${service.result}, exit status ${service.status}`] : []),
    ...(service === undefined ? [`${unitName(checklist, 'service')} is not there`] : []),
    ...(timer?.needsReload === true || service?.needsReload === true
      ? ['its files changed since systemd read them: systemctl daemon-reload']
      : []),
    ...(files.some(({ path }) => path === cronPath(checklist)) && cron.installed ? ['cron runs it as well'] : []),
    ...late(last, installedAt, cadence, now),
  ];
  const result = running ? 'running' : begun ? (failed ? `${service.result} (${service.status})` : 'success') : null;
  return { checklist, by: 'systemd', next: iso(timer?.next ?? null), last: iso(last), result, problems };
}

/** Never run is late from the day on when it should have been; what was just installed has time. */
function late(last: number | null, installedAt: number, cadence: Cadence | undefined, now: number): readonly string[] {
  if (cadence === undefined) return [];
  const allowed = lateAfterDays[cadence] * daySeconds;
  if (now - (last ?? installedAt) < allowed) return [];
  const days = Math.floor((now - (last ?? installedAt)) / daySeconds);
  return [last === null ? `it never ran, ${days} days after it was installed` : `its last run was ${days} days ago`];
}

/** What the installed file itself says. */
function cadenceOf({ files }: AuditSchedule, checklist: string): Cadence | undefined {
  const paths = [`${unitDirectory}/${unitName(checklist, 'timer')}`, cronPath(checklist)];
  const text = files.find(({ path }) => paths.includes(path))?.text ?? '';
  return (['weekly', 'monthly', 'quarterly'] as const).find((one) =>
    new RegExp(`^(Description=.*, ${one}|# ${one}: .*)$`, 'm').test(text),
  );
}

function iso(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString();
}
