import type { AuditReport } from '../report.ts';
import { isOpen, severities } from '../severity.ts';
import type { ReportFormat } from './format.ts';

const statuses = ['pass', 'fail', 'skip', 'unknown', 'due', 'waived'] as const;

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: (report: AuditReport) => readonly (readonly [Readonly<Record<string, string>>, number])[];
}

const metrics: readonly Metric[] = [
  {
    name: 'valops_audit_last_run_timestamp_seconds',
    help: 'When the host was asked, in seconds since 1970. Alert on its age.',
    samples: ({ startedAt }) => [[{}, Date.parse(startedAt) / 1000]],
  },
  {
    name: 'valops_audit_duration_seconds',
    help: 'How long asking and judging took.',
    samples: ({ durationMs }) => [[{}, durationMs / 1000]],
  },
  {
    name: 'valops_audit_findings',
    help: 'Findings by status.',
    samples: ({ summary }) => statuses.map((status) => [{ status }, summary[status]]),
  },
  {
    name: 'valops_audit_open_findings',
    help: 'Findings that failed, are not known or are due, and are not waived, by severity.',
    samples: ({ findings }) =>
      severities.map((severity) => [
        { severity },
        findings.filter((one) => isOpen(one) && one.severity === severity).length,
      ]),
  },
  {
    name: 'valops_audit_open_finding',
    help: 'One for each of them.',
    samples: ({ findings }) =>
      findings
        .filter(isOpen)
        .map(({ id, subject, severity, status }) => [{ check: id, subject, severity, status }, 1] as const),
  },
];

/** The text format of Prometheus 0.0.4, for the textfile collector of node_exporter. */
export const prometheus: ReportFormat = {
  name: 'prometheus',
  title: 'Prometheus text, for the textfile collector; readable by everybody as a file',
  // node_exporter is another user
  mode: 0o644,
  render: (reports) =>
    metrics
      .map(({ name, help, samples }) => {
        const lines = reports.flatMap((report) =>
          samples(report).map(([labels, value]) => {
            const all = { host: report.host, checklist: report.checklist, ...labels };
            return `${name}{${Object.entries(all).map(label).join(',')}} ${value}\n`;
          }),
        );
        return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${[...new Set(lines)].join('')}`;
      })
      .join(''),
};

function label([name, value]: readonly [string, string]): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `${name}="${escaped}"`;
}
