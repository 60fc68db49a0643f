import type { Finding } from '../finding.ts';
import type { AuditReport } from '../report.ts';
import { isOpen } from '../severity.ts';
import type { ReportFormat } from './format.ts';

/** GitHub flavoured Markdown, for an issue or a page. */
export const markdown: ReportFormat = {
  name: 'markdown',
  title: 'Markdown tables, for an issue or a page',
  mode: 0o600,
  render: (reports) => reports.map(section).join('\n'),
};

function section({ host, checklist, startedAt, summary, findings, waivers, policy, tool }: AuditReport): string {
  const open = findings.filter(isOpen);
  const fixed = findings.filter(({ change, waiver }) => change === 'fixed' && waiver === undefined);
  const counts = Object.entries(summary).map(([status, count]) => `${count} ${status}`);
  return [
    `## ${inline(host)}: ${inline(checklist)}\n`,
    `${inline(startedAt)}, profile ${inline(policy.profile)}, ${inline(tool)}: ${counts.join(', ')}\n`,
    ...(open.length === 0
      ? ['Nothing is open.\n']
      : [table(['status', 'severity', 'check', 'subject', 'found', 'expected', 'do'], open.map(row))]),
    ...(fixed.length === 0
      ? []
      : [
          table(
            ['fixed', 'subject'],
            fixed.map(({ id, subject }) => [id, subject]),
          ),
        ]),
    ...(waivers.length === 0
      ? []
      : [
          table(
            ['waiver', 'subject', 'state', 'until', 'owner', 'reason'],
            waivers.map(({ check, subject, state, expires, owner, reason }) => [
              check,
              subject,
              state,
              expires,
              owner,
              reason,
            ]),
          ),
        ]),
  ].join('\n');
}

function row(finding: Finding): readonly string[] {
  const { status, change, severity, id, subject, actual, running, file, evidence, expected, remediation } = finding;
  const found = [actual, running === undefined ? undefined : `running ${running}`, file, actual ?? running ?? evidence]
    .filter((one, index, all) => one !== undefined && all.indexOf(one) === index)
    .join('; ');
  const changed = change === undefined || change === 'still' ? status : `${status} (${change})`;
  return [changed, severity, id, subject, found, expected ?? '', remediation];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(inline).join(' | ')} |\n`;
  return `${line(head)}|${' --- |'.repeat(head.length)}\n${rows.map(line).join('')}`;
}

/** Nothing in it is markup or HTML, or ends the cell. */
function inline(text: string): string {
  return text
    .replaceAll(/[\\`*_{}[\]()#+!|~$@:-]/g, (character) => `\\${character}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', ' ');
}
