import type { Finding, Severity } from './finding.ts';

/** All severities, the worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

/** Whether a finding asks for something to be done: failed, not known, or due, and not waived. */
export function isOpen({ status, waiver }: Finding): boolean {
  return (status === 'fail' || status === 'unknown' || status === 'due') && waiver === undefined;
}

/** Whether an open finding is at least as severe as `least`; any open one without it. */
export function reaches(finding: Finding, least: Severity | undefined): boolean {
  if (!isOpen(finding)) return false;
  return least === undefined || severities.indexOf(finding.severity) <= severities.indexOf(least);
}

/** Open findings first, the worst of them first; the order of checks otherwise. */
export function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  const rank = (finding: Finding): number => (isOpen(finding) ? severities.indexOf(finding.severity) : 9);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}
