import type { Document } from '../core/result.ts';
import type { AuditReport } from './report.ts';

/** A host that could not be audited, and why. */
export interface AuditFailure {
  readonly host: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** The document of `--json`: one report as it is, several (or one of several hosts) in a list. */
export function reportsDocument(reports: readonly AuditReport[], failures: readonly AuditFailure[] = []): Document {
  const [only] = reports;
  if (reports.length === 1 && only !== undefined && failures.length === 0) return { ...only };
  return { schema: 'valops/audit-reports/1', reports, failures };
}
