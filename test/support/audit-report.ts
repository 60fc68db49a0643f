import type { Finding } from '../../src/audit/finding.ts';
import type { AuditReport } from '../../src/audit/report.ts';

/** A finding that failed, but for what is given. */
export function makeFinding(given: Partial<Finding> = {}): Finding {
  return {
    id: 'ssh.root-login',
    title: 'root cannot log in by SSH',
    family: 'ssh',
    severity: 'high',
    status: 'fail',
    subject: 'PermitRootLogin',
    remediation: 'valops ssh harden',
    ...given,
  };
}

/** A report of these findings. */
export function makeReport(findings: readonly Finding[], given: Partial<AuditReport> = {}): AuditReport {
  const of = (status: Finding['status']): number =>
    findings.filter((one) => one.status === status && one.waiver === undefined).length;
  return {
    schema: 'valops/audit-report/1',
    checklist: 'weekly',
    host: 'val-1',
    startedAt: '2026-11-22T05:17:00.000Z',
    durationMs: 1234,
    summary: {
      pass: of('pass'),
      fail: of('fail'),
      skip: of('skip'),
      unknown: of('unknown'),
      due: of('due'),
      waived: findings.filter(({ waiver }) => waiver !== undefined).length,
    },
    findings,
    waivers: [],
    journalHead: { seq: 3, hash: 'ab'.repeat(32) },
    policy: { profile: 'validator', digest: 'cd'.repeat(32) },
    tool: 'valops 0.1.0',
    ...given,
  };
}
