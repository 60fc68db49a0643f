import type { Fleet, FleetEntry } from '../audit/fleet/merge.ts';
import type { Remark, Signature } from '../audit/surroundings.ts';
import type { Document } from '../core/result.ts';
import type { Style } from '../ui/style.ts';

/** The document of a merge: every host and checklist, what is wrong with files, and the reports themselves. */
export function fleetDocument({ entries }: Fleet, remarks: readonly Remark[]): Document {
  return {
    schema: 'valops/audit-fleet/1',
    hosts: entries.map(({ report, path, signature, due }) => ({
      host: report.host,
      checklist: report.checklist,
      lastRun: report.startedAt,
      late: due?.late ?? false,
      reason: due?.reason ?? null,
      file: path,
      signature: signature.state,
      key: 'key' in signature ? signature.key : null,
      summary: report.summary,
    })),
    remarks,
    reports: entries.map(({ report }) => report),
  };
}

/** The same for people: one line a host and checklist, the stalest first; then what is wrong with files. */
export function fleetTable({ entries }: Fleet, remarks: readonly Remark[], style: Style): string {
  const told = remarks.filter(({ kind }) => kind !== 'older' && kind !== 'pinned');
  return [
    ...entries.map((entry) => line(entry, style)),
    ...told.map(({ kind, subject, text }) => `${style.warn(kind)} ${style.heading(subject)}: ${text}\n`),
    '\n',
  ].join('');
}

function line({ report, signature, due }: FleetEntry, style: Style): string {
  const { host, checklist, startedAt, summary } = report;
  const { fail, unknown, due: dueItems, pass, waived } = summary;
  const age = due === undefined ? style.dim('on occasion') : due.late ? style.bad('late') : style.good('in time');
  const counts = `${fail} fail, ${unknown} unknown, ${dueItems} due, ${pass} pass, ${waived} waived`;
  const late = due?.late === true ? `, ${due.reason}` : '';
  return `${age} ${style.heading(host)} ${checklist}: ${startedAt}${late}; ${counts}; ${signed(signature, style)}\n`;
}

function signed(signature: Signature, style: Style): string {
  switch (signature.state) {
    case 'own':
      return style.good('signed by this home');
    case 'verified':
      return style.good('signature verified');
    case 'first-seen':
      return style.warn(`signed by a key first seen now, ${signature.key}`);
    case 'unsigned':
      return style.warn('not signed');
    case 'broken':
      return style.bad(`signature broken: ${signature.reason}`);
  }
}
