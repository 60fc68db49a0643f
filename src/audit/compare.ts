import type { Finding } from './finding.ts';

/** Open before the waiver is looked at: a waived finding is still there. */
function isShort({ status }: Finding): boolean {
  return status === 'fail' || status === 'unknown' || status === 'due';
}

const keyOf = ({ id, subject }: Finding): string => JSON.stringify([id, subject]);

/**
 * The findings of a run with what changed against the report before: `new`, `still`, `fixed`,
 * `newly-unknown`. A subject that was short and is gone counts as fixed, in a finding of its own,
 * unless its check could not look this time. Only checks of `lookedAt` are compared that way: one that
 * was not asked tells nothing.
 */
export function compareFindings(
  findings: readonly Finding[],
  before: readonly Finding[],
  lookedAt: ReadonlySet<string>,
): readonly Finding[] {
  const earlier = new Map(before.map((finding) => [keyOf(finding), finding]));
  const present = new Set(findings.map(keyOf));
  const blind = new Set(findings.filter(({ status }) => status === 'unknown').map(({ id }) => id));
  const gone = before
    .filter((finding) => isShort(finding) && !present.has(keyOf(finding)))
    .filter(({ id }) => lookedAt.has(id) && !blind.has(id));
  return [
    ...findings.map((finding): Finding => {
      const change = changeOf(finding, earlier.get(keyOf(finding)));
      const { change: _, ...rest } = finding;
      return change === undefined ? rest : { ...rest, change };
    }),
    ...gone.map(({ id, title, family, severity, remediation, subject }): Finding => ({
      id,
      title,
      family,
      severity,
      remediation,
      status: 'skip',
      subject,
      evidence: 'no longer there',
      change: 'fixed',
    })),
  ];
}

function changeOf(finding: Finding, before: Finding | undefined): Finding['change'] {
  const wasShort = before !== undefined && isShort(before);
  if (!isShort(finding)) return wasShort ? 'fixed' : undefined;
  if (wasShort && before.status === finding.status) return 'still';
  return finding.status === 'unknown' ? 'newly-unknown' : 'new';
}
