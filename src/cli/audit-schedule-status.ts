import { scheduleStatus, type ScheduleEntry } from '../audit/schedule/status.ts';
import { allChecklists, findChecklists } from '../audit/select.ts';
import type { Context } from '../core/context.ts';
import { gather } from '../core/gather.ts';
import { auditSchedule } from '../facts/services/audit-schedule.ts';
import { valueOf } from '../facts/value-of.ts';
import { ValopsError } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';
import type { Options, Outcome } from './command.ts';
import { onEachHost } from './each-host.ts';
import { answerDocuments, answerStatus, answerTexts } from './host-answers.ts';
import { openHosts } from './host-options.ts';

/** `valops audit schedule status`: exit 3 when something is wrong, or nothing is scheduled at all. */
export async function showSchedule(context: Context, names: readonly string[], options: Options): Promise<Outcome> {
  const selection = await openHosts(context, options);
  const { audit } = selection.config;
  findChecklists(names, audit);
  const all = allChecklists(audit);
  const wanted = names.map((checklist) => ({
    checklist,
    cadence: all.find(({ name }) => name === checklist)?.cadence,
  }));
  const question = auditSchedule(audit.home);
  const answers = await onEachHost(context, selection, null, async (host): Promise<readonly ScheduleEntry[]> => {
    const snapshot = await gather(host, [question], context);
    const schedule = valueOf(snapshot, question);
    if (schedule === undefined) {
      const fact = snapshot.facts[question.id];
      throw new ValopsError(
        'HOST_NOT_ROOT',
        `it is not known what "${host.name}" runs by itself: ${fact?.known === false ? fact.reason : 'not asked'}`,
        { hint: 'Ask as root, or as a user with sudo.' },
      );
    }
    return scheduleStatus(schedule, wanted);
  });
  return {
    document: {
      schema: 'valops/audit-schedule/1',
      hosts: answerDocuments(answers, (schedules) => ({ schedules })),
    },
    text: (style) => answerTexts(answers, style, (entries, name) => render(name, entries, style)),
    exitStatus: answerStatus(answers, isWrong),
  };
}

function isWrong(entries: readonly ScheduleEntry[]): boolean {
  return entries.length === 0 || entries.some(({ problems }) => problems.length > 0);
}

function render(host: string, entries: readonly ScheduleEntry[], style: Style): string {
  if (entries.length === 0)
    return `${style.heading(host)}: ${style.bad('nothing is scheduled')}\n  valops audit schedule install weekly monthly quarterly\n`;
  const lines = entries.map(({ checklist, by, next, last, result, problems }) => {
    const mark = problems.length === 0 ? style.good('ok') : style.bad('wrong');
    const parts = [
      ...(by === null ? [] : [`by ${by}`]),
      ...(by === 'systemd' ? [`next ${next ?? 'never'}`] : []),
      `last ${last ?? 'never'}${result === null ? '' : ` (${result})`}`,
    ];
    return `  ${mark} ${checklist}: ${parts.join(', ')}\n${problems.map((one) => `      ${one}\n`).join('')}`;
  });
  return `${style.heading(host)}\n${lines.join('')}`;
}
