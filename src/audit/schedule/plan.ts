import type { Change, Unchanged } from '../../core/change.ts';
import type { Snapshot } from '../../core/fact.ts';
import type { Planned, Refusal } from '../../core/plan.ts';
import { auditSchedule, type AuditSchedule } from '../../facts/services/audit-schedule.ts';
import { valueOf } from '../../facts/value-of.ts';
import { planCron, removeCron } from './cron-changes.ts';
import { runStep } from './installed.ts';
import { commandOf, type ScheduleOrder } from './order.ts';
import { auditProgram, type ProgramPlaces } from './program.ts';
import { refuseProgram } from './refuse-program.ts';
import { planTimer, removeTimer } from './timer-changes.ts';

/** What a plan of schedules asks. */
export function scheduleQuestions(
  home: string,
  places: ProgramPlaces,
): readonly [ReturnType<typeof auditSchedule>, ReturnType<typeof auditProgram>] {
  return [auditSchedule(home), auditProgram(places)];
}

/**
 * Plans what makes the host run these checklists by itself: a timer of systemd for each, where systemd is the
 * init, else a line of cron. Pure. Refused where what would be run does not start in such an environment, or can
 * be changed by somebody who is not root.
 */
export function planInstall(
  order: ScheduleOrder,
  questions: ReturnType<typeof scheduleQuestions>,
  snapshot: Snapshot,
): Planned {
  const [askSchedule, askProgram] = questions;
  const restsOn = questions.map(({ id }) => id);
  const schedule = valueOf(snapshot, askSchedule);
  const program = valueOf(snapshot, askProgram);
  if (schedule === undefined || program === undefined) {
    return { ...empty, refusals: questions.flatMap(({ id }) => unknown(snapshot, id)), restsOn };
  }
  const compared = { [askSchedule.id]: steady(schedule) };
  const refusals = [...refuseProgram(order, program), ...refuseInit(schedule)];
  const { words, flock } = program;
  if (words === null || flock === null || refusals.length > 0) return { ...empty, refusals, restsOn, compared };
  const planned = [
    ...(schedule.home ? [] : [makeHome(order)]),
    ...order.scheduled.flatMap((one): readonly (Change | Unchanged)[] => {
      const command = commandOf(order, one.checklist, { words, flock });
      return schedule.systemd
        ? [planTimer(order, one, command, schedule), ...removeCron(one.checklist, schedule)]
        : [planCron(order, one, command, schedule, program.host)];
    }),
  ];
  return { ...split(planned), refusals, restsOn, compared };
}

/** Plans to take away what was installed for these checklists, or, with none named, for all. Reports stay. */
export function planRemove(
  checklists: readonly string[],
  question: ReturnType<typeof auditSchedule>,
  snapshot: Snapshot,
): Planned {
  const restsOn = [question.id];
  const schedule = valueOf(snapshot, question);
  if (schedule === undefined) return { ...empty, refusals: unknown(snapshot, question.id), restsOn };
  const wanted = checklists.length === 0 ? installedChecklists(schedule) : checklists;
  const planned = wanted.flatMap((checklist): readonly (Change | Unchanged)[] => {
    const changes = [...removeTimer(checklist, schedule), ...removeCron(checklist, schedule)];
    return changes.length > 0 ? changes : [{ id: `schedule.${checklist}`, reason: 'it is not scheduled here' }];
  });
  return { ...split(planned), refusals: [], restsOn, compared: { [question.id]: steady(schedule) } };
}

/** The checklists for which something is installed, sorted. */
export function installedChecklists({ files }: Pick<AuditSchedule, 'files'>): readonly string[] {
  const names = files.flatMap(
    ({ path }) => /\/valops-audit-([a-z0-9-]+)(?:\.(?:timer|service))?$/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].toSorted();
}

const empty = { changes: [], unchanged: [] } as const;

function split(planned: readonly (Change | Unchanged)[]): Pick<Planned, 'changes' | 'unchanged'> {
  return {
    changes: planned.filter((one): one is Change => 'do' in one),
    unchanged: planned.filter((one): one is Unchanged => 'reason' in one),
  };
}

/** Without what changes by itself: times, results, reports. */
function steady({ systemd, files, units, home }: AuditSchedule): unknown {
  return {
    systemd,
    home,
    files: files.map(({ path, mode, owner, text }) => [path, mode, owner, text]),
    units: units
      .filter(({ name }) => name.endsWith('.timer'))
      .map(({ name, active, enabled }) => [name, active, enabled]),
  };
}

function unknown({ facts, name }: Snapshot, id: string): readonly Refusal[] {
  const fact = facts[id];
  if (fact?.known === true) return [];
  return [
    {
      rule: 'SCHEDULE_UNKNOWN',
      message: `it is not known what "${name}" runs by itself: ${fact?.reason ?? 'not asked'}`,
      hint: 'Run it as root, or as a user with sudo.',
    },
  ];
}

function refuseInit({ systemd, cron }: AuditSchedule): readonly Refusal[] {
  if (systemd || cron.installed) return [];
  return [
    {
      rule: 'SCHEDULE_NOTHING_RUNS',
      message: 'the host has neither systemd nor cron: nothing would run an audit',
      hint: 'Install cron, or audit it from another machine with --host.',
    },
  ];
}

function makeHome({ home, user }: ScheduleOrder): Change {
  return {
    id: 'schedule.home',
    summary: `make ${home} for reports and journal`,
    risk: 'none',
    diff: `+ ${home} (0700, ${user})\n`,
    do: [runStep('install', '-d', '-m', '0700', '-o', user, '--', home)],
    // only when nothing was put there meanwhile
    undo: [runStep('sh', '-c', 'rmdir -- "$1" 2>/dev/null || :', 'sh', home)],
  };
}
