import type { Snapshot } from '../core/fact.ts';
import { beside } from './across-hosts.ts';
import type { Attestation } from './attestation.ts';
import type { Check } from './check.ts';
import type { ResolvedChecklist } from './checklist.ts';
import { compareFindings } from './compare.ts';
import type { Waiver } from './declared.ts';
import { policyDigest } from './digest.ts';
import type { Finding } from './finding.ts';
import { judgeChecks } from './judge-checks.ts';
import { judgeManual } from './manual.ts';
import { toCheck } from './own-check.ts';
import type { AuditPolicy } from './policy.ts';
import type { AuditReport } from './report.ts';
import { bySeverity } from './severity.ts';
import { applyWaivers } from './waivers.ts';

/** Everything one report is made of. */
export interface ReportInput {
  readonly checklist: ResolvedChecklist;
  /** `name` is that of the report's host. */
  readonly snapshot: Snapshot;
  /** The other hosts of the run. */
  readonly others?: readonly Snapshot[];
  readonly policy: AuditPolicy;
  readonly waivers: readonly Waiver[];
  readonly attestations: readonly Attestation[];
  /** The last stored report of the same checklist and host. */
  readonly before: AuditReport | undefined;
  /** For waivers and attestations; what a host is like is judged by the time of `policy`. */
  readonly now: Date;
  readonly durationMs: number;
  readonly journalHead: AuditReport['journalHead'];
  readonly tool: string;
}

/** All checks that a checklist asks, those which an operator declared included. */
export function checksOf({ checks, own }: ResolvedChecklist): readonly Check[] {
  return [...checks, ...own.map(toCheck)];
}

/** Judges one host by one checklist. Pure. */
export function makeReport(input: ReportInput): AuditReport {
  const { checklist, snapshot, policy, before } = input;
  const { baseline: accepted } = policy;
  const checks = checksOf(checklist);
  const judged = [
    ...judgeChecks(beside(checks, input.others ?? []), snapshot, policy),
    ...judgeManual(checklist.manual, input.attestations, input.now),
  ];
  const { findings: marked, waivers } = applyWaivers(judged, input.waivers, snapshot.name, input.now);
  const lookedAt = new Set([...checks, ...checklist.manual].map(({ id }): string => id).concat('audit.waiver'));
  const findings = bySeverity(before === undefined ? marked : compareFindings(marked, before.findings, lookedAt));
  return {
    schema: 'valops/audit-report/1',
    checklist: checklist.name,
    host: snapshot.name,
    startedAt: snapshot.gatheredAt,
    durationMs: Math.max(0, Math.round(input.durationMs)),
    summary: summarise(findings),
    findings,
    waivers,
    journalHead: input.journalHead,
    policy: { profile: policy.profile, digest: policyDigest(policy) },
    ...(accepted?.state === 'accepted'
      ? { baseline: { digest: accepted.digest, acceptedAt: accepted.baseline.acceptedAt } }
      : {}),
    tool: input.tool,
  };
}

/** A waived finding counts as waived only; a subject that is gone is not counted. */
function summarise(findings: readonly Finding[]): AuditReport['summary'] {
  const counted = findings.filter(({ status, change }) => !(status === 'skip' && change === 'fixed'));
  const of = (status: Finding['status']): number =>
    counted.filter((finding) => finding.waiver === undefined && finding.status === status).length;
  return {
    pass: of('pass'),
    fail: of('fail'),
    skip: of('skip'),
    unknown: of('unknown'),
    due: of('due'),
    waived: counted.filter(({ waiver }) => waiver !== undefined).length,
  };
}
