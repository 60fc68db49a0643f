import type { AuditReport } from '../audit/report.ts';
import { listReports, readReport } from '../audit/store.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { read } from './arguments.ts';
import { labelOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';
import { openHosts } from './host-options.ts';

interface Row {
  readonly host: string;
  readonly checklist: string;
  readonly at: string;
  readonly path: string;
  /** Null when the report cannot be read. */
  readonly summary: AuditReport['summary'] | null;
  readonly new: number;
  readonly fixed: number;
  readonly journalHead: AuditReport['journalHead'];
}

/** `valops audit history`: the stored reports of each host, oldest first. */
export async function showHistory(context: Context, options: Options): Promise<Outcome> {
  const { names } = await openHosts(context, options);
  const checklist = read(options).text('checklist');
  const rows = names
    .map((name) => labelOf(context, name))
    .flatMap((host) =>
      listReports(context.files, context.home, host, checklist).map((stored): Row => {
        const common = { host, checklist: stored.checklist, at: stored.at.toISOString(), path: stored.path };
        const report = tryRead(context, stored.path);
        const count = (...changes: readonly string[]): number =>
          report?.findings.filter(({ change }) => change !== undefined && changes.includes(change)).length ?? 0;
        return {
          ...common,
          summary: report?.summary ?? null,
          new: count('new', 'newly-unknown'),
          fixed: count('fixed'),
          journalHead: report?.journalHead ?? null,
        };
      }),
    );
  return {
    document: { schema: 'valops/audit-history/1', reports: rows },
    text: (style) =>
      rows.length === 0
        ? 'no report is stored\n'
        : rows
            .map(({ host, checklist: name, at, summary, ...row }) => {
              const counts =
                summary === null
                  ? style.bad('cannot be read')
                  : `${summary.fail} fail, ${summary.unknown} unknown, ${summary.due} due, ${summary.pass} pass, ${summary.waived} waived; ${row.new} new, ${row.fixed} fixed`;
              return `${at} ${style.heading(host)} ${name}: ${counts}\n  ${style.dim(row.path)}\n`;
            })
            .join(''),
  };
}

function tryRead({ files }: Context, path: string): AuditReport | undefined {
  try {
    return readReport(files, path);
  } catch (error) {
    if (error instanceof ValopsError) return undefined;
    throw error;
  }
}
