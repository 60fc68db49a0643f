import { journalled } from './journal.ts';
import type { ApplyFailure, ApplyReport } from './apply-report.ts';
import { applyGuarded } from './apply-guarded.ts';
import type { Context } from './context.ts';
import { gather } from './gather.ts';
import type { GuardPlace } from './guard/place.ts';
import { guardStatus } from './guard/status.ts';
import type { Host } from './host.ts';
import type { Job } from './job.ts';
import { makePlan, type Plan } from './plan.ts';
import { planDigest, staleness } from './plan-document.ts';
import { ValopsError } from '../lib/errors.ts';

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
  /** Seconds past the guard's time for which a silent host is waited for: it may be booting. 60 by default. */
  readonly grace?: number;
  /** Where the guard lives on the host; only tests have another place. */
  readonly place?: GuardPlace | undefined;
}

/** What an apply needs of the context. */
export type ApplyDoors = Pick<Context, 'clock' | 'randomBytes' | 'events' | 'journal' | 'machine' | 'interruption'>;

/**
 * Gathers, plans and, when there is something to do, applies under a guard that is armed on the
 * host before the first step. The proof is a new login over which nothing is left to do; only then
 * is the guard disarmed. Otherwise the change is rolled back, by us or by the guard, and that is
 * proven by facts as well. Changes without any risk run under a guard too: there is one way only.
 *
 * Where one cannot log in anew (`host.reconnect()` is null) and with `manualConfirm`, the guard
 * stays armed and the report says how to confirm.
 *
 * Everything that may happen once the host is touched ends in a report. Thrown is what kept us
 * from touching it: HOST_*, GUARD_NOT_ARMED, PLAN_INVALID, JOURNAL_*. `host` stays open; connections
 * opened here are closed.
 */
export async function applyPlan(host: Host, job: Job, options: ApplyOptions, doors: ApplyDoors): Promise<ApplyReport> {
  const snapshot = await gather(host, job.questions, doors);
  const planned = job.plan(snapshot, host.login);
  const plan = makePlan(job.name, snapshot, planned, doors.clock.now());

  const stale = options.saved === undefined ? null : staleness(options.saved, plan);
  if (stale !== null) {
    return untouched(plan, 'refused', {
      code: 'PLAN_STALE',
      message: `the saved plan no longer fits "${host.name}": ${stale}`,
      hint: 'Make and review a new plan with --plan --out PLAN.',
    });
  }
  if (plan.refusals.length > 0) return untouched(plan, 'refused', refusalOf(plan));
  if (plan.changes.length === 0) {
    const awaited = await awaitedConfirmation(host, options.place);
    return untouched(plan, awaited === null ? 'nothing-to-do' : 'refused', awaited);
  }
  if (options.approve !== undefined && !(await options.approve(plan))) {
    return untouched(plan, 'refused', {
      code: 'PLAN_REFUSED',
      message: 'the plan was declined',
      hint: 'Change the policy, or apply it as it is.',
    });
  }

  const details = { host: host.name, planDigest: planDigest(plan), changes: plan.changes.map(({ id }) => id) };
  const record = { action: `${job.name}.apply`, purpose: `apply ${job.name} to ${host.name}`, details };
  return journalled(
    doors.journal,
    record,
    async () => {
      try {
        return await applyGuarded({ host, job, plan, ports: job.ports?.(snapshot) ?? [], options, doors });
      } catch (error) {
        const failure = safetyFailure(error);
        if (failure === null) throw error;
        return untouched(plan, 'refused', failure);
      }
    },
    ({ verdict, verified, confirmed, failure }) => ({ verdict, verified, confirmed, failure: failure?.code ?? null }),
  );
}

/** A host that is as planned only until its guard rolls back is not done with. */
async function awaitedConfirmation(host: Host, place: GuardPlace | undefined): Promise<ApplyFailure | null> {
  const { state, job, actor, deadline } = await guardStatus(host, place);
  if (state !== 'armed') return null;
  const how = host.kind === 'local' ? 'valops confirm' : `valops confirm --host ${host.name}`;
  return {
    code: 'GUARD_BUSY',
    message: `"${host.name}" is as planned, but a "${job ?? 'change'}" of ${actor ?? 'somebody'} is not confirmed: it rolls back at ${deadline ?? 'its time'}`,
    hint: `Confirm it from a new login: ${how}`,
  };
}

function untouched(plan: Plan, verdict: 'refused' | 'nothing-to-do', failure: ApplyFailure | null): ApplyReport {
  const { job, host } = plan;
  const now =
    verdict === 'refused' ? `Nothing was changed on "${host}".` : `"${host}" is as the policy wants it; nothing to do.`;
  const common = { schema: 'valops/apply/1', job, host, plan, guard: null, confirmed: false, failure } as const;
  return { ...common, remains: [], now, verdict, verified: true };
}

/** All rules that fired, in one message: nobody should fix them one run at a time. */
function refusalOf({ host, refusals }: Plan): ApplyFailure {
  const [first] = refusals;
  const list = refusals.map(({ rule, message }) => `${message} (${rule})`).join('; ');
  return { code: 'PLAN_REFUSED', message: `refused on "${host}": ${list}`, hint: first?.hint ?? '' };
}

/** Refusals that are raised while the host is still untouched. */
function safetyFailure(error: unknown): ApplyFailure | null {
  if (!(error instanceof ValopsError)) return null;
  if (error.code !== 'GUARD_BUSY' && error.code !== 'GUARD_REHEARSAL_FAILED') return null;
  return { code: error.code, message: error.message, hint: error.hint ?? '' };
}
