import type { AuditReport } from './report.ts';
import { isOpen } from './severity.ts';

/**
 * Of a report what is worth a mail: new, fixed and newly unknown findings, everything open in a first
 * report, and what is not known, every time. Null when there is nothing of the kind.
 */
export function changesOnly(report: AuditReport): AuditReport | null {
  const findings = report.findings.filter((finding) => {
    if (finding.waiver !== undefined) return false;
    if (finding.change === 'fixed') return true;
    return isOpen(finding) && (finding.status === 'unknown' || finding.change !== 'still');
  });
  return findings.length === 0 ? null : { ...report, findings };
}
