import type { ApplyReport } from './apply-report.ts';
import type { Context } from './context.ts';
import type { Host } from './host.ts';
import type { Job } from './job.ts';
import type { Plan } from './plan.ts';

/** How to apply. */
export interface ApplyOptions {
  /** Seconds from arming to the rollback, unless confirmed. 10 to 3600. */
  readonly confirmWithin: number;
  /** Leaves the guard armed: the operator confirms from a new login with `valops confirm`. */
  readonly manualConfirm: boolean;
  /** A saved plan (`--from`): PLAN_STALE unless it is what would be planned now. */
  readonly saved?: Plan;
  /**
   * Asked with the plan before anything is touched, when there is something to do. False ends with
   * verdict `refused`. Left out: go on (`--yes`).
   */
  readonly approve?: (plan: Plan) => Promise<boolean>;
}

/** What an apply needs of the context. */
export type ApplyDoors = Pick<Context, 'clock' | 'randomBytes' | 'events' | 'journal' | 'machine'>;

/** See the report's verdict. Closes connections that it opened, never `host`. */
export async function applyPlan(host: Host, job: Job, options: ApplyOptions, doors: ApplyDoors): Promise<ApplyReport> {
  throw new Error(`not built yet: ${host.name} ${job.name} ${options.confirmWithin} ${doors.clock.now()}`);
}
