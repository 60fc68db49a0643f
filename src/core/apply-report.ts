import { exitStatus, type ErrorCode, type ExitStatus } from '../lib/errors.ts';
import type { Plan } from './plan.ts';

/**
 * What is true of the host at the end, judged from its final state and from nothing else.
 * `applied`: the plan's changes are there. `rolled-back`: the host is as it was before.
 * `refused`: nothing was touched. `unknown`: a person must look.
 */
export type Verdict = 'applied' | 'nothing-to-do' | 'rolled-back' | 'unknown' | 'refused';

/** Why an apply did not end as `applied` or `nothing-to-do`. */
export interface ApplyFailure {
  readonly code: ErrorCode;
  readonly message: string;
  /** One next action. */
  readonly hint: string;
  /** What the host said last, where it said something. */
  readonly output?: readonly string[];
}

/** The guard that an apply ran under. */
export interface ApplyGuard {
  readonly id: string;
  /** RFC 3339, UTC: when the host rolls back unless confirmed. */
  readonly deadline: string;
  /** Whether an unconfirmed change is rolled back at the next boot as well. */
  readonly coversReboot: boolean;
}

/** The document of one apply on one host. */
export interface ApplyReport {
  readonly schema: 'valops/apply/1';
  readonly job: string;
  readonly host: string;
  readonly plan: Plan;
  readonly guard: ApplyGuard | null;
  /** True when the guard was disarmed by a confirmation; false while one is still awaited. */
  readonly confirmed: boolean;
  readonly failure: ApplyFailure | null;
  /** Files which the guard could not remove when it was over. They do nothing any more. */
  readonly remains: readonly string[];
  /** What is true now, in one or two sentences for people. */
  readonly now: string;
  readonly verdict: Verdict;
  /**
   * Whether the verdict was proven by facts gathered anew: for `applied` over a connection made
   * after the change, for `rolled-back` by facts equal to those before it.
   */
  readonly verified: boolean;
}

const statuses: Readonly<Record<Verdict, ExitStatus>> = {
  applied: exitStatus.done,
  'nothing-to-do': exitStatus.done,
  refused: exitStatus.refused,
  'rolled-back': exitStatus.rolledBack,
  unknown: exitStatus.rollbackUnproven,
};

/**
 * The exit status of one apply or of several: the one that most needs a person (6, 5, 4, 3, 0). 3 is
 * for a change that is there but rolls back by itself unless it is confirmed.
 */
export function applyExitStatus(reports: readonly Pick<ApplyReport, 'verdict' | 'confirmed'>[]): ExitStatus {
  const order: readonly Verdict[] = ['unknown', 'rolled-back', 'refused'];
  const worst = order.find((verdict) => reports.some((report) => report.verdict === verdict));
  if (worst !== undefined) return statuses[worst];
  const awaited = reports.some(({ verdict, confirmed }) => verdict === 'applied' && !confirmed);
  return awaited ? exitStatus.findings : exitStatus.done;
}
