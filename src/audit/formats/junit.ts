import type { Finding } from '../finding.ts';
import type { AuditReport } from '../report.ts';
import type { ReportFormat } from './format.ts';

/** JUnit XML as Jenkins, GitLab and others read it; waived and skipped findings are skipped tests. */
export const junit: ReportFormat = {
  name: 'junit',
  title: 'JUnit XML: a test for each finding; unknown is an error',
  mode: 0o600,
  render: (reports) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="valops">\n${reports.map(suite).join('')}</testsuites>\n`,
};

function suite(report: AuditReport): string {
  const { host, checklist, findings, startedAt, durationMs } = report;
  const count = (kind: ReturnType<typeof kindOf>): number => findings.filter((one) => kindOf(one) === kind).length;
  const attributes = {
    name: `${host} ${checklist}`,
    hostname: host,
    timestamp: startedAt.replace(/(\.\d+)?Z$/, ''),
    time: (durationMs / 1000).toFixed(3),
    tests: String(findings.length),
    failures: String(count('failure')),
    errors: String(count('error')),
    skipped: String(count('skipped')),
  };
  return `  <testsuite${written(attributes)}>\n${findings.map(testCase).join('')}  </testsuite>\n`;
}

function kindOf({ status, waiver }: Finding): 'failure' | 'error' | 'skipped' | 'passed' {
  if (status === 'pass') return 'passed';
  if (status === 'skip' || waiver !== undefined) return 'skipped';
  return status === 'unknown' ? 'error' : 'failure';
}

function testCase(finding: Finding): string {
  const { id, subject, status, severity, title, waiver, remediation } = finding;
  const open = `    <testcase${written({ classname: id, name: subject })}`;
  const kind = kindOf(finding);
  if (kind === 'passed') return `${open}/>\n`;
  if (kind === 'skipped') {
    const message =
      waiver === undefined
        ? (finding.evidence ?? status)
        : `waived by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
    return `${open}><skipped${written({ message })}/></testcase>\n`;
  }
  const lines = (['expected', 'actual', 'running', 'file', 'evidence'] as const).flatMap((name) =>
    finding[name] === undefined ? [] : [`${name}: ${finding[name]}`],
  );
  const text = escaped([...lines, `do: ${remediation}`].join('\n'));
  return `${open}><${kind}${written({ type: severity, message: title })}>${text}</${kind}></testcase>\n`;
}

function written(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escaped(value).replaceAll('\n', '&#10;')}"`)
    .join('');
}

/** XML 1.0, section 2.4. Characters that XML cannot hold at all are no part of a report. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
