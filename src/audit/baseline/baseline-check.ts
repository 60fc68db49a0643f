import type { Snapshot } from '../../core/fact.ts';
import type { Check } from '../check.ts';
import type { Judgement } from '../finding.ts';
import type { AuditPolicy } from '../policy.ts';
import { compareEntries, type BaselineChange } from './compare.ts';
import type { BaselineSection } from './section.ts';

/** Findings of one section at most; an upgrade of the distribution changes thousands. */
const most = 200;

/** What the checks that compare with the baseline say when nothing was accepted. */
export const noBaseline = 'nothing was accepted yet: valops audit baseline accept';

/** The check that finds what differs in one section from what was accepted: one finding for each entry. */
export function defineBaselineCheck(
  section: BaselineSection,
  text: Pick<Check, 'why' | 'severity' | 'remediation'>,
): Check {
  const wanted = { want: 'as accepted', source: 'valops audit baseline show' };
  return {
    id: `baseline.${section.id}`,
    title: `${section.title} are as they were accepted`,
    ...text,
    cadence: 'weekly',
    expectations: { validator: wanted, 'cis-l1': wanted },
    questions: section.questions,
    judge: (snapshot, policy) => judge(section, snapshot, policy),
  };
}

function judge(section: BaselineSection, snapshot: Snapshot, policy: AuditPolicy): readonly Judgement[] {
  const { baseline: state } = policy;
  const say = (status: Judgement['status'], evidence: string): readonly Judgement[] => [
    { status, subject: snapshot.name, evidence },
  ];
  if (state === undefined) return say('skip', noBaseline);
  if (state.state === 'unproven') return say('unknown', 'the baseline is not proven: see baseline.journalled');
  const { acceptedAt, acceptedBy, sections } = state.baseline;
  const accepted = sections[section.id];
  if (accepted === undefined)
    return say('unknown', `not looked at when the baseline was accepted: valops audit baseline accept`);
  if (!accepted.known) return say('unknown', `could not be looked at when it was accepted: ${accepted.reason}`);
  const now = section.read(snapshot, policy);
  if (!now.known) return say('unknown', now.reason);
  const changes = compareEntries(accepted.entries, now.value);
  if (changes.length === 0)
    return [{ status: 'pass', subject: snapshot.name, actual: `${now.value.length} entries as of ${acceptedAt}` }];
  const evidence = `accepted at ${acceptedAt} by ${acceptedBy}`;
  return [
    ...changes.slice(0, most).map((change) => toJudgement(change, evidence)),
    ...(changes.length > most
      ? [
          {
            status: 'fail' as const,
            subject: 'further entries',
            actual: `${changes.length - most} more differ`,
            evidence,
          },
        ]
      : []),
  ];
}

function toJudgement({ kind, key, before, after, file }: BaselineChange, evidence: string): Judgement {
  return {
    status: 'fail',
    subject: key,
    expected: before === undefined ? 'not there' : before || 'there',
    actual: after === undefined ? 'not there' : after || 'there',
    ...(file === undefined ? {} : { file }),
    evidence: `${kind}; ${evidence}`,
  };
}
