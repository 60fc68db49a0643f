import { latestAttestation, type Attestation } from './attestation.ts';
import type { ManualItem } from './checklist.ts';
import type { Finding } from './finding.ts';
import { plainJudgement } from './plain-judgement.ts';

const day = 86_400_000;

/** When an item that is signed off at a moment is due again: whole days of 24 hours later, whatever clocks show. */
export function nextDue({ everyDays }: Pick<ManualItem, 'everyDays'>, at: Date): Date {
  return new Date(at.getTime() + everyDays * day);
}

/**
 * A finding for each manual item: `pass` while its latest attestation holds, `due` afterwards and when
 * there is none. The interval counts that is declared now, so that a shorter one counts at once.
 */
export function judgeManual(
  items: readonly ManualItem[],
  attestations: readonly Attestation[],
  now: Date,
): readonly Finding[] {
  return items.map((item) => {
    const { id, title, why, severity } = item;
    const last = latestAttestation(attestations, id, now);
    const due = last === undefined ? undefined : nextDue(item, new Date(last.at));
    const holds = due !== undefined && now.getTime() < due.getTime();
    const seen = last === undefined ? 'never signed off' : `signed off by ${last.by} at ${last.at}`;
    return plainJudgement({
      id,
      title,
      family: 'manual',
      severity,
      status: holds ? 'pass' : 'due',
      subject: id,
      expected: `signed off every ${item.everyDays} days`,
      actual: due === undefined ? seen : `${seen}, ${holds ? 'due again' : 'due since'} ${due.toISOString()}`,
      evidence: last?.note === undefined ? why : `${why}\nnote: ${last.note}`,
      remediation: `Look at it, then: valops audit attest ${id}`,
    });
  });
}
