import type { AuditReport } from '../audit/report.ts';
import { findChecklists } from '../audit/select.ts';
import { latestReport, listReports } from '../audit/store.ts';
import type { Context } from '../core/context.ts';
import { exitStatus, ValopsError } from '../lib/errors.ts';
import { formatOf, labelOf } from './audit-options.ts';
import { auditOutcome } from './audit-output.ts';
import { storedSurroundings } from './audit-surroundings.ts';
import type { Options, Outcome } from './command.ts';
import { openHosts } from './host-options.ts';

/** `valops audit report`: the latest stored reports again, in any format. Its exit status says nothing about them. */
export async function showReports(context: Context, names: readonly string[], options: Options): Promise<Outcome> {
  formatOf(options);
  const { names: hosts, config } = await openHosts(context, options);
  findChecklists(names, config.audit);
  const reports = hosts
    .map((name) => labelOf(context, name))
    .flatMap((host): readonly AuditReport[] => {
      const run = [...new Set(listReports(context.files, context.home, host).map(({ checklist }) => checklist))];
      return (names.length === 0 ? run : names).flatMap((checklist) => {
        const { report, damaged } = latestReport(context.files, context.home, host, checklist);
        for (const path of damaged)
          context.events.emit({ kind: 'warning', message: `"${path}" is not a report: the one before it is shown` });
        return report ?? [];
      });
    });
  if (reports.length === 0)
    throw new ValopsError('FILE_NOT_FOUND', 'no report is stored', { hint: 'Make one: valops audit run weekly' });
  return auditOutcome(context, options, {
    reports,
    failures: [],
    shown: reports,
    exitStatus: exitStatus.done,
    surroundings: (which) => storedSurroundings(context, which, config),
  });
}
