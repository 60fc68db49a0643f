import type { DrillVerdict } from './catalogue.ts';

/** Clocks of two machines may differ by this much, in milliseconds. */
export const skew = 3_600_000;

/**
 * The verdict that was recorded last; of two at one moment the failed one. The order of record counts and not the time:
 * a drill under a clock that went wrong must not outlive all that follow it.
 */
export function newestVerdict(verdicts: readonly DrillVerdict[]): DrillVerdict | undefined {
  const last = verdicts.at(-1);
  return verdicts.findLast(({ at, passed }) => at === last?.at && !passed) ?? last;
}
