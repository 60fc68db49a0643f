import { changesOnly } from '../changes-only.ts';
import type { Finding } from '../finding.ts';
import type { AuditReport } from '../report.ts';
import { isOpen } from '../severity.ts';
import type { DeliveredRun } from './run.ts';

/** Findings that are named; the others are counted. */
const named = 15;

/**
 * What a person should read of a run, in plain lines: what is new, fixed or not known, hosts that were not audited,
 * and how much is open. Null when nothing changed, unless `when` is `always`. Evidence stays in the report.
 */
export function messageOf({ reports, failures, checklists }: DeliveredRun, when: 'changes' | 'always'): string | null {
  const told = reports.flatMap((report) => {
    const changed = changesOnly(report)?.findings ?? [];
    return when === 'always' || changed.length > 0 ? [aboutReport(report, changed)] : [];
  });
  const failed = failures.map(
    ({ host, code, message }) => `${checklists.join(', ')} on ${host}: not audited: ${message} (${code})`,
  );
  const lines = [...failed, ...told];
  return lines.length === 0 ? null : lines.join('\n');
}

function aboutReport({ checklist, host, findings }: AuditReport, changed: readonly Finding[]): string {
  const open = findings.filter(isOpen);
  const count = (kind: string, of: readonly Finding[]): string => (of.length === 0 ? '' : `, ${of.length} ${kind}`);
  const counts = [
    count(
      'new',
      open.filter(({ change }) => change === 'new'),
    ),
    count(
      'newly unknown',
      open.filter(({ change }) => change === 'newly-unknown'),
    ),
    count(
      'fixed',
      changed.filter(({ change }) => change === 'fixed'),
    ),
  ].join('');
  const lines = changed.slice(0, named).map(aboutFinding);
  const more = changed.length > named ? [`… and ${changed.length - named} more: valops audit report ${checklist}`] : [];
  return [`${checklist} on ${host}: ${open.length} open${counts}`, ...lines, ...more].join('\n');
}

function aboutFinding({ id, status, severity, subject, change }: Finding): string {
  const state = change === 'fixed' ? 'fixed' : change === undefined ? status : `${status} (${change})`;
  return `• ${severity} ${state}: ${id} ${subject}`.slice(0, 300);
}
