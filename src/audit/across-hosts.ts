import type { Snapshot } from '../core/fact.ts';
import type { Check } from './check.ts';

/**
 * The checks as they judge a host beside the others of the same run: those that look across hosts are asked with all
 * of them. Pure; the questions stay the same.
 */
export function beside(checks: readonly Check[], others: readonly Snapshot[]): readonly Check[] {
  return checks.map((check) => {
    const { judgeAcross } = check;
    if (judgeAcross === undefined) return check;
    return { ...check, judge: (own, policy) => judgeAcross(own, others, policy) };
  });
}
