import type { Finding, Severity } from '../../finding.ts';
import type { AuditReport } from '../../report.ts';
import { isOpen, severities } from '../../severity.ts';

/** The part of a report that findings and trend are made of. */
export type Told = Pick<AuditReport, 'host' | 'startedAt' | 'findings'>;

/** A finding, and whose it is. */
export interface HostFinding {
  readonly host: string;
  readonly finding: Finding;
}

/** How many findings are open, by severity. */
export type OpenCounts = Readonly<Record<Severity, number>>;

/** What was open after the reports of a moment (milliseconds since the epoch). */
export interface TrendPoint {
  readonly at: number;
  /** How many hosts were known by then. */
  readonly hosts: number;
  readonly open: OpenCounts;
}

const byTime = (reports: readonly Told[]): readonly Told[] =>
  reports.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));

function byCheck({ findings }: Told): ReadonlyMap<string, readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) groups.set(finding.id, [...(groups.get(finding.id) ?? []), finding]);
  return groups;
}

/** What each check said last of each host: checklists share checks, and nothing may count twice. */
export function newestFindings(reports: readonly Told[]): readonly HostFinding[] {
  const state = new Map<string, { readonly host: string; readonly findings: readonly Finding[] }>();
  for (const report of byTime(reports))
    for (const [id, findings] of byCheck(report))
      state.set(JSON.stringify([report.host, id]), { host: report.host, findings });
  return [...state.values()].flatMap(({ host, findings }) => findings.map((finding) => ({ host, finding })));
}

/** Open findings, by severity. */
export function openCounts(findings: readonly Finding[]): OpenCounts {
  const open = findings.filter(isOpen);
  return Object.fromEntries(
    severities.map((severity) => [severity, open.filter((one) => one.severity === severity).length]),
  ) as unknown as OpenCounts;
}

/** The sum of all severities. */
export function totalOf(counts: OpenCounts): number {
  return severities.reduce((sum, severity) => sum + counts[severity], 0);
}

/** What was open on all hosts together after each moment at which one of them was asked, oldest first. */
export function trendOf(reports: readonly Told[]): readonly TrendPoint[] {
  const state = new Map<string, OpenCounts>();
  const sum = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  const points = new Map<number, TrendPoint>();
  const hosts = new Set<string>();
  for (const report of byTime(reports)) {
    hosts.add(report.host);
    for (const [id, findings] of byCheck(report)) {
      const key = JSON.stringify([report.host, id]);
      const [before, now] = [state.get(key), openCounts(findings)];
      for (const severity of severities) sum[severity] += now[severity] - (before?.[severity] ?? 0);
      state.set(key, now);
    }
    const at = Date.parse(report.startedAt);
    points.set(at, { at, hosts: hosts.size, open: { ...sum } });
  }
  return [...points.values()];
}
