import { compareFindings } from '../audit/compare.ts';
import type { Finding } from '../audit/finding.ts';
import type { AuditReport } from '../audit/report.ts';
import { listReports, readReport } from '../audit/store.ts';
import type { Context } from '../core/context.ts';
import { exitStatus, ValopsError } from '../lib/errors.ts';
import type { Style } from '../ui/style.ts';
import { read } from './arguments.ts';
import { labelOf } from './audit-options.ts';
import type { Options, Outcome } from './command.ts';
import { openHosts } from './host-options.ts';

interface Comparison {
  readonly host: string;
  readonly checklist: string;
  readonly from: string;
  readonly to: string;
  readonly findings: readonly Finding[];
}

/** `valops audit diff`: two reports, given as files or the last two of each checklist. */
export async function diffReports(context: Context, paths: readonly string[], options: Options): Promise<Outcome> {
  const pairs = paths.length === 0 ? await lastPairs(context, options) : [givenPair(context, paths)];
  const comparisons = pairs.map(([before, after]): Comparison => ({
    host: after.host,
    checklist: after.checklist,
    from: before.startedAt,
    to: after.startedAt,
    findings: compareFindings(
      after.findings.filter(({ status, change }) => !(status === 'skip' && change === 'fixed')),
      before.findings,
      new Set([...before.findings, ...after.findings].map(({ id }) => id)),
    ).filter(({ change }) => change !== undefined),
  }));
  const worse = comparisons.some(({ findings }) =>
    findings.some(({ change, waiver }) => waiver === undefined && (change === 'new' || change === 'newly-unknown')),
  );
  return {
    document: { schema: 'valops/audit-diff/1', comparisons },
    text: (style) => comparisons.map((one) => render(one, style)).join('\n'),
    exitStatus: worse ? exitStatus.findings : exitStatus.done,
  };
}

type Pair = readonly [before: AuditReport, after: AuditReport];

function givenPair({ files }: Context, paths: readonly string[]): Pair {
  const [a, b] = paths;
  if (a === undefined || b === undefined)
    throw new ValopsError('USAGE', 'one report was given, expected two or none', {
      hint: 'Find their paths: valops audit history',
    });
  const [before, after] = [readReport(files, a), readReport(files, b)];
  if (before.checklist !== after.checklist)
    throw new ValopsError('USAGE', `"${a}" is of the checklist "${before.checklist}", "${b}" of "${after.checklist}"`, {
      hint: 'Give two reports of one checklist.',
    });
  return [before, after];
}

async function lastPairs(context: Context, options: Options): Promise<readonly Pair[]> {
  const { names } = await openHosts(context, options);
  const checklist = read(options).text('checklist');
  const pairs = names
    .map((name) => labelOf(context, name))
    .flatMap((host) => {
      const reports = listReports(context.files, context.home, host, checklist);
      const checklists = [...new Set(reports.map((one) => one.checklist))];
      return checklists.flatMap((name): readonly Pair[] => {
        const [before, after] = reports.filter((one) => one.checklist === name).slice(-2);
        if (before === undefined || after === undefined) return [];
        return [[readReport(context.files, before.path), readReport(context.files, after.path)]];
      });
    });
  if (pairs.length > 0) return pairs;
  throw new ValopsError('USAGE', 'there are no two reports to compare', {
    hint: 'Run it twice: valops audit run weekly',
  });
}

function render({ host, checklist, from, to, findings }: Comparison, style: Style): string {
  const marks = { new: style.bad, 'newly-unknown': style.warn, fixed: style.good, still: style.dim };
  const count = (change: Finding['change']): number => findings.filter((one) => one.change === change).length;
  const counts = `${count('new')} new, ${count('newly-unknown')} newly unknown, ${count('fixed')} fixed, ${count('still')} still`;
  const lines = findings
    .filter(({ change }) => change !== 'still')
    .map(({ change = 'still', id, subject, status, actual, running, evidence, waiver }) => {
      const said = actual ?? running ?? evidence?.split('\n')[0] ?? status;
      const waived = waiver === undefined ? '' : ' (waived)';
      return `  ${marks[change](change === 'newly-unknown' ? 'newly unknown' : change)} ${id} ${subject}: ${said}${waived}\n`;
    });
  return `${style.heading(`${host} ${checklist}`)}: ${counts}\n  ${style.dim(`${from} → ${to}`)}\n${lines.join('')}`;
}
