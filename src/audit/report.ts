import type { Finding } from './finding.ts';

/** A waiver as a report lists it. `unused`: nothing it covers failed. */
export interface ReportedWaiver {
  readonly check: string;
  readonly subject: string;
  readonly reason: string;
  readonly owner: string;
  /** RFC 3339, UTC: the moment it ends. */
  readonly expires: string;
  readonly state: 'applied' | 'unused' | 'expired';
}

/** One run of one checklist on one host, as it is stored (0600), printed with `--json` and merged. */
export interface AuditReport {
  readonly schema: 'valops/audit-report/1';
  readonly checklist: string;
  readonly host: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly summary: {
    readonly pass: number;
    readonly fail: number;
    readonly skip: number;
    readonly unknown: number;
    readonly due: number;
    readonly waived: number;
  };
  readonly findings: readonly Finding[];
  /** Every waiver declared for this host, whether it was needed or not. */
  readonly waivers: readonly ReportedWaiver[];
  /** Last entry of the journal when the run began. */
  readonly journalHead: { readonly seq: number; readonly hash: string } | null;
  readonly policy: { readonly profile: string; readonly digest: string };
  /** The baseline the host was compared with: SHA-256 of its file, lowercase hex. Absent: there was none, or it was not proven. */
  readonly baseline?: { readonly digest: string; readonly acceptedAt: string };
  readonly tool: string;
}
