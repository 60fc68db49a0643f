import { checklistDue, type ChecklistDue } from '../audit/due.ts';
import { latestAttestation } from '../audit/attestation.ts';
import type { Checklist } from '../audit/checklist.ts';
import { nextDue } from '../audit/manual.ts';
import { allChecklists, findChecklists } from '../audit/select.ts';
import { listReports } from '../audit/store.ts';
import type { Context } from '../core/context.ts';
import { exitStatus } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';
import { readAttestations } from './audit-attestations.ts';
import { labelOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';
import { openHosts } from './host-options.ts';

interface ItemDue {
  readonly item: string;
  readonly title: string;
  readonly lastSignedOff: string | null;
  readonly due: string | null;
  readonly late: boolean;
}

/** `valops audit due`: what should have been looked at and was not. Asks no host. */
export async function showDue(context: Context, names: readonly string[], options: Options): Promise<Outcome> {
  const { names: hosts, config } = await openHosts(context, options);
  const all = allChecklists(config.audit);
  findChecklists(names, config.audit);
  const wanted = all.filter(({ name, cadence }) => (names.length === 0 ? cadence !== undefined : names.includes(name)));
  const now = context.clock.now();
  const checklists = hosts
    .map((name) => labelOf(context, name))
    .flatMap((host) =>
      wanted.flatMap((one): readonly ChecklistDue[] => {
        const last = listReports(context.files, context.home, host, one.name).at(-1)?.at;
        const due = checklistDue(one, host, last, now);
        return due === undefined ? [] : [due];
      }),
    );
  const items = itemsDue(context, wanted, now);
  const late = [...checklists, ...items].some((one) => one.late);
  return {
    document: { schema: 'valops/audit-due/1', checklists, items },
    text: (style) => render(checklists, items, style),
    exitStatus: late ? exitStatus.findings : exitStatus.done,
  };
}

function itemsDue(context: Context, checklists: readonly Checklist[], now: Date): readonly ItemDue[] {
  const attestations = readAttestations(context);
  const items = new Map(checklists.flatMap(({ manual }) => manual.map((one) => [one.id, one])));
  return [...items.values()].map((item) => {
    const last = latestAttestation(attestations, item.id, now);
    const due = last === undefined ? null : nextDue(item, new Date(last.at));
    return {
      item: item.id,
      title: item.title,
      lastSignedOff: last?.at ?? null,
      due: due?.toISOString() ?? null,
      late: due === null || due.getTime() <= now.getTime(),
    };
  });
}

function render(checklists: readonly ChecklistDue[], items: readonly ItemDue[], style: Style): string {
  const mark = (late: boolean): string => (late ? style.bad('late') : style.good('ok'));
  return [
    ...checklists.map(
      ({ host, checklist, late, reason, lateFrom }) =>
        `${mark(late)} ${style.heading(checklist)} on ${host}: ${reason}${lateFrom === null ? '' : `, late from ${lateFrom}`}\n`,
    ),
    ...items.map(
      ({ item, title, late, lastSignedOff, due }) =>
        `${mark(late)} ${style.heading(item)}: ${lastSignedOff === null ? 'never signed off' : `signed off ${lastSignedOff}, due ${due}`} ${style.dim(title)}\n`,
    ),
  ].join('');
}
