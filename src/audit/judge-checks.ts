import type { Snapshot } from '../core/fact.ts';
import type { Check } from './check.ts';
import type { Family, Finding, Judgement } from './finding.ts';
import { plainJudgement } from './plain-judgement.ts';
import type { AuditPolicy } from './policy.ts';

/**
 * The findings of all checks on one host. A check that throws, or says nothing, has a bug: its own
 * finding is unknown with the message, and the others go on. What the profile does not look at is skipped.
 */
export function judgeChecks(checks: readonly Check[], snapshot: Snapshot, policy: AuditPolicy): readonly Finding[] {
  return checks.flatMap((check) => judge(check, snapshot, policy).map((judgement) => toFinding(check, judgement)));
}

function judge(check: Check, snapshot: Snapshot, policy: AuditPolicy): readonly Judgement[] {
  const subject = snapshot.name;
  // SSH is judged by its own policy, which may have values beyond its profile
  if (familyOf(check) !== 'ssh' && check.expectations[policy.profile] === undefined)
    return [{ status: 'skip', subject, evidence: `the profile "${policy.profile}" does not look at it` }];
  try {
    const judgements = check.judge(snapshot, policy);
    if (judgements.length > 0) return judgements;
    return [{ status: 'unknown', subject, evidence: 'the check said nothing: this is a bug in valops' }];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [{ status: 'unknown', subject, evidence: `the check failed, this is a bug in valops: ${message}` }];
  }
}

function toFinding(check: Check, judgement: Judgement): Finding {
  const { id, title, severity, remediation } = check;
  return plainJudgement({ id, title, family: familyOf(check), severity, remediation, ...judgement });
}

/** The family a check is of: its id up to the first dot. */
export function familyOf({ id }: Pick<Check, 'id'>): Family {
  return id.slice(0, id.indexOf('.')) as Family;
}
