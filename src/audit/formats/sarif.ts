import type { Finding } from '../finding.ts';
import type { AuditReport } from '../report.ts';
import type { ReportFormat } from './format.ts';

/** SARIF 2.1.0 (OASIS), one run for each report: what code scanners and their dashboards read. */
export const sarif: ReportFormat = {
  name: 'sarif',
  title: 'SARIF 2.1.0 for dashboards of findings',
  mode: 0o600,
  render: (reports) => `${JSON.stringify(log(reports), undefined, 2)}\n`,
};

function log(reports: readonly AuditReport[]): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: reports.map(run),
  };
}

function run({ tool, findings, host, checklist, startedAt, durationMs }: AuditReport): object {
  const [name = 'valops', version = '0'] = tool.split(' ');
  const rules = [...new Map(findings.map((finding) => [finding.id, finding])).values()];
  const places = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    tool: {
      driver: {
        name,
        semanticVersion: version,
        rules: rules.map(({ id, title, remediation, severity, family }) => ({
          id,
          shortDescription: { text: title },
          help: { text: remediation },
          properties: { tags: [family], severity },
        })),
      },
    },
    automationDetails: { id: `${checklist}/${host}/` },
    invocations: [
      {
        executionSuccessful: true,
        startTimeUtc: startedAt,
        endTimeUtc: new Date(Date.parse(startedAt) + durationMs).toISOString(),
      },
    ],
    results: findings.map((finding) => result(finding, host, places.get(finding.id) ?? 0)),
  };
}

/** Section 3.27.9: only `fail` has a level other than `none`. */
const kinds = { fail: 'fail', pass: 'pass', skip: 'notApplicable', unknown: 'open', due: 'review' } as const;
const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const;
const states = { new: 'new', 'newly-unknown': 'new', still: 'unchanged', fixed: 'absent' } as const;

function result(finding: Finding, host: string, ruleIndex: number): object {
  const { id, status, severity, subject, waiver, change, file } = finding;
  return {
    ruleId: id,
    ruleIndex,
    kind: kinds[status],
    level: status === 'fail' ? levels[severity] : 'none',
    message: { text: messageOf(finding) },
    locations: [
      {
        ...(file?.startsWith('/') === true ? { physicalLocation: physical(file) } : {}),
        logicalLocations: [{ name: subject, fullyQualifiedName: `${host}: ${subject}` }],
      },
    ],
    partialFingerprints: { 'valops/1': `${host} ${id} ${subject}` },
    ...(change === undefined ? {} : { baselineState: states[change] }),
    ...(waiver === undefined
      ? {}
      : {
          suppressions: [
            { kind: 'external', justification: `${waiver.owner}, until ${waiver.expires}: ${waiver.reason}` },
          ],
        }),
  };
}

function messageOf({ title, subject, expected, actual, running, evidence }: Finding): string {
  const parts = [
    `${subject}: ${title}`,
    ...(expected === undefined ? [] : [`expected ${expected}`]),
    ...(actual === undefined ? [] : [`actual ${actual}`]),
    ...(running === undefined ? [] : [`running ${running}`]),
    ...(evidence === undefined ? [] : [evidence]),
  ];
  return parts.join('; ');
}

function physical(file: string): object {
  const [, path = file, line] = /^(.*?)(?::(\d+))?$/s.exec(file) ?? [];
  return {
    artifactLocation: { uri: `file://${encodeURI(path).replaceAll(/[?#]/g, encodeURIComponent)}` },
    ...(line === undefined || Number(line) < 1 ? {} : { region: { startLine: Number(line) } }),
  };
}
