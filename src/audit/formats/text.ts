import type { Finding } from '../finding.ts';
import type { AuditReport } from '../report.ts';
import { isOpen } from '../severity.ts';
import type { Marks, ReportFormat } from './format.ts';

export const text: ReportFormat = {
  name: 'text',
  title: 'for people: what is open, what was fixed, which waivers count',
  mode: 0o600,
  render: (reports, marks) => reports.map((report) => renderReport(report, marks)).join('\n'),
};

function renderReport(report: AuditReport, marks: Marks): string {
  const { findings, waivers, journalHead } = report;
  const open = findings.filter(isOpen);
  const waived = findings.filter(({ waiver }) => waiver !== undefined);
  const fixed = findings.filter(({ change, waiver }) => change === 'fixed' && waiver === undefined);
  const unused = waivers.filter(({ state }) => state === 'unused');
  const head = journalHead === null ? 'none' : `${journalHead.seq} ${journalHead.hash}`;
  return [
    `${marks.heading(`${report.host} ${report.checklist}`)}: ${countsOf(report)}\n`,
    `  ${marks.dim(`${report.startedAt}, ${report.durationMs} ms, profile ${report.policy.profile}, ${report.tool}`)}\n`,
    ...groupsOf(open).map((group) => renderGroup(group, marks)),
    ...fixed.map((one) => `  ${marks.good('fixed')} ${one.id} ${one.subject}: ${seenOf(one)}\n`),
    ...waived.map(
      ({ id, subject, status, waiver }) =>
        `  ${marks.dim('waived')} ${id} ${subject}: ${status}; until ${waiver?.expires}, ${waiver?.owner}: ${waiver?.reason}\n`,
    ),
    ...unused.map(
      ({ check, subject, owner, reason }) =>
        `  ${marks.dim('waiver not needed')} ${check} ${subject}, ${owner}: ${reason}\n`,
    ),
    `  ${marks.dim(`journal head ${head}`)}\n`,
  ].join('');
}

function countsOf({ summary }: AuditReport): string {
  return (['fail', 'unknown', 'due', 'pass', 'skip', 'waived'] as const)
    .filter((status) => summary[status] > 0)
    .map((status) => `${summary[status]} ${status}`)
    .join(', ');
}

/** Findings of one check stand together, in the place of the first. */
function groupsOf(findings: readonly Finding[]): readonly (readonly [Finding, ...Finding[]])[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const group = groups.get(finding.id);
    if (group === undefined) groups.set(finding.id, [finding]);
    else group.push(finding);
  }
  return [...groups.values()];
}

function renderGroup(group: readonly [Finding, ...Finding[]], marks: Marks): string {
  const [{ id, title, severity, remediation }] = group;
  return [
    `  ${marks.heading(id)} ${marks.dim(`${severity}: ${title}`)}\n`,
    ...group.map((finding) => `    ${stateOf(finding, marks)} ${finding.subject}${comparison(finding)}\n`),
    // what could not be seen is not to be put right: why is said with it
    ...(group.every(({ status }) => status === 'unknown') ? [] : [`    ${marks.dim(`do: ${remediation}`)}\n`]),
  ].join('');
}

function stateOf({ status, change }: Finding, marks: Marks): string {
  const mark = { fail: marks.bad, unknown: marks.warn, due: marks.warn, pass: marks.good, skip: marks.dim }[status];
  return `${mark(status)}${change === undefined || change === 'still' ? '' : ` (${change === 'newly-unknown' ? 'newly unknown' : change})`}`;
}

/** Actual, running and expected side by side, and where it stands; otherwise what was seen. */
function comparison({ actual, running, expected, file, evidence, status }: Finding): string {
  const seen = [
    ...(actual === undefined ? [] : [actual]),
    ...(running === undefined ? [] : [actual === undefined ? running : `running ${running}`]),
    ...(expected === undefined || status === 'unknown' ? [] : [`expected ${expected}`]),
    ...(file === undefined ? [] : [`in ${file}`]),
  ];
  const said = evidence === undefined ? [] : evidence.split('\n');
  const needsEvidence = status === 'unknown' || (actual === undefined && running === undefined);
  const shown = needsEvidence ? [...said.slice(0, 3), ...seen] : seen;
  return shown.length === 0 ? '' : `: ${shown.join('; ')}`;
}

/** One line of what was seen. */
function seenOf({ actual, running, evidence, status }: Finding): string {
  return actual ?? running ?? evidence?.split('\n')[0] ?? status;
}
