import type { PlannedBinary } from '../../sync/plan.ts';
import type { SyncedBinary } from '../../sync/sync.ts';
import type { Style } from '../../ui/style.ts';

/** What `sync` would do, for people. */
export function renderSyncPlan(entries: readonly PlannedBinary[], style: Style): string {
  if (entries.length === 0) return 'no binaries are declared in valops.yaml\n';
  const lines = entries.flatMap((entry) => [planLine(entry, style), ...warningLines(entry, style)]);
  const count = (wanted: (action: PlannedBinary['action']) => boolean): number =>
    entries.filter(({ action }) => wanted(action)).length;
  const summary = [
    `${count((action) => action !== 'none' && action !== 'refused')} to do`,
    `${count((action) => action === 'none')} as pinned`,
    `${count((action) => action === 'refused')} refused`,
  ];
  return `${[...lines, summary.join(', ')].join('\n')}\n`;
}

function planLine({ name, action, from, to, reason, failure }: PlannedBinary, style: Style): string {
  switch (action) {
    case 'none':
      return `= ${style.heading(name)} ${to}: ${reason}`;
    case 'refused':
      return `${style.bad('!')} ${style.heading(name)} refused (${failure?.code}): ${reason}${hintOf(failure)}`;
    case 'install':
    case 'switch':
    case 'repair': {
      const mark = action === 'install' && from === null ? style.good('+') : style.warn('~');
      return `${mark} ${style.heading(name)} ${action} ${to}${from === null || from === to ? '' : `, in place of ${from}`}: ${reason}`;
    }
  }
}

function hintOf(failure: PlannedBinary['failure']): string {
  return failure?.hint == null ? '' : `\n    ${failure.hint}`;
}

function warningLines({ warnings }: PlannedBinary, style: Style): readonly string[] {
  return warnings.map((warning) => `    ${style.bad('!')} ${warning}`);
}

/** How each binary ended, for people: what is true now comes first. */
export function renderSynced(synced: readonly SyncedBinary[], style: Style): string {
  if (synced.length === 0) return 'no binaries are declared in valops.yaml\n';
  const mark = {
    'nothing-to-do': style.dim,
    active: style.good,
    refused: style.bad,
    failed: style.bad,
    'switched-back': style.bad,
    unknown: style.bad,
  };
  return synced
    .map(({ name, verdict, now, failure }) => {
      const active = now === null ? 'nothing is active' : `${now} is active`;
      const why = failure === null ? '' : `\n    ${failure.code}: ${failure.message}`;
      return `${style.heading(name)}: ${mark[verdict](verdict)}, ${active}${why}\n`;
    })
    .join('');
}
