import type { ApplyFailure, ApplyGuard, ApplyReport } from './apply-report.ts';
import { actorOf } from './apply-actor.ts';
import type { ApplyDoors, ApplyOptions } from './apply.ts';
import { applyEvents } from './apply-events.ts';
import { isHostError, overNewLogin } from './apply-login.ts';
import { settle } from './apply-settle.ts';
import { verifyApplied } from './apply-verify.ts';
import { arm, type Armed, cancel } from './guard/arm.ts';
import type { ArmOrder } from './guard/arm-script.ts';
import { confirm } from './guard/end.ts';
import { type ChangesRun, runChanges, waitForChanges } from './guard/run-changes.ts';
import { guardPlace, type GuardPlace } from './guard/place.ts';
import { alsoRemains, remainsClause } from './guard/remains.ts';
import type { Host } from './host.ts';
import type { Job } from './job.ts';
import type { Plan } from './plan.ts';
import { planDigest } from './plan-document.ts';
import { ValopsError } from '../lib/errors.ts';

/** One apply that has something to do and may do it. */
export interface Apply {
  readonly host: Host;
  readonly job: Job;
  readonly plan: Plan;
  /** Ports on which sshd served before. */
  readonly ports: readonly number[];
  readonly options: ApplyOptions;
  readonly doors: ApplyDoors;
}

/** An apply under its armed guard. */
export interface Underway {
  readonly apply: Apply;
  readonly guard: ApplyGuard;
  /** Monotonic milliseconds: never later than the guard's own time. */
  readonly until: number;
}

/** Milliseconds kept back before the guard's time, so that a confirmation still arrives. */
const reserve = 3_000;

/** Milliseconds for which new logins are tried before the change counts as failed. */
const loginWindow = 30_000;

/**
 * Rehearses, arms, changes, verifies over a new login, and confirms or rolls back. On this machine a
 * plan without any risk needs no new login. Once the guard is armed nothing is thrown any more but bugs: every
 * end is a report.
 */
export async function applyGuarded(given: Apply): Promise<ApplyReport> {
  const apply = needsNoLogin(given) ? { ...given, options: { ...given.options, place: withoutLogin(given) } } : given;
  const { host, job, plan, options, doors } = apply;
  const { rehearse } = job;
  const events = applyEvents(doors.events, host.name, rehearse !== undefined);
  if (rehearse !== undefined) await events.step('rehearse', () => rehearse(host, plan));

  const order = armOrder(apply);
  // taken before the host begins to count: our clock runs out first
  const until = doors.clock.monotonic() + options.confirmWithin * 1000;
  const { id, deadline, coversReboot } = await events.step('arm', () => armOrCancel(apply, order));
  if (!coversReboot) {
    const message = `"${host.name}" has neither systemd nor cron: its guard does not survive a reboot`;
    doors.events.emit({ kind: 'warning', message });
  }
  const underway: Underway = { apply, guard: { id, deadline: deadline.toISOString(), coversReboot }, until };
  const unsay = doors.interruption.say(
    `the change on "${host.name}" is not confirmed: it rolls back at ${deadline.toISOString()}; see: valops guard status`,
  );
  try {
    const failure = await events.step(
      'change',
      () => makeChanges(underway, order),
      (failed) => failed?.message,
    );
    if (failure !== null) return await events.step('rollback', () => settle(underway, failure));
    const confirmation = await events.step('verify', () => verifyAndConfirm(underway));
    return applied(underway, confirmation);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    const failure = failureOf(error);
    return await events.step('rollback', () => settle(underway, failure));
  } finally {
    unsay();
  }
}

function armOrder({ job, plan, options, doors }: Apply): ArmOrder {
  return {
    id: Buffer.from(doors.randomBytes(8)).toString('hex'),
    job: job.name,
    planDigest: planDigest(plan),
    // the last change is undone first
    undo: plan.changes.toReversed().flatMap(({ undo }) => undo),
    seconds: options.confirmWithin,
    actor: actorOf(doors),
  };
}

/** An arm whose answer was lost may have succeeded: it must not keep the next run waiting. */
async function armOrCancel({ host, options, doors }: Apply, order: ArmOrder): Promise<Armed> {
  try {
    return await arm(host, order, options.place);
  } catch (error) {
    if (isHostError(error)) {
      const limits = { until: doors.clock.monotonic() + loginWindow / 3, refusals: 1 };
      const end = await overNewLogin(host, doors.clock, limits, (fresh) => cancel(fresh, order, options.place)).catch(
        () => null,
      );
      if (end !== null && end.remains.length > 0) {
        doors.events.emit({ kind: 'warning', message: `on "${host.name}" ${remainsClause(end.remains)}` });
      }
    }
    throw error;
  }
}

/** Returns null when every step was done, else how it failed. Throws what connections throw. */
async function makeChanges(underway: Underway, order: ArmOrder): Promise<ApplyFailure | null> {
  const { host, plan, doors, options } = underway.apply;
  const secondsLeft = (): number =>
    Math.max(1, Math.floor((underway.until - reserve - doors.clock.monotonic()) / 1000));
  let run: ChangesRun;
  try {
    run = await runChanges(host, order, plan.changes, secondsLeft(), options.place);
  } catch (error) {
    if (!isHostError(error)) throw error;
    // the changes go on without us; a step may well have cut this connection
    const limits = { until: underway.until - reserve, refusals: Number.POSITIVE_INFINITY };
    run = await overNewLogin(host, doors.clock, limits, (fresh) =>
      waitForChanges(fresh, order.id, secondsLeft(), options.place),
    );
  }
  if (run.result === 'ok') return null;
  const at = `after ${run.done} of ${plan.changes.length} changes`;
  if (run.result === 'failed') {
    return {
      code: 'APPLY_STEP_FAILED',
      message: `on "${host.name}" a step failed ${at}: ${run.failedStep ?? 'unknown'}`,
      hint: 'Read what the step said, put it right, and apply again.',
      output: run.output,
    };
  }
  return {
    code: 'APPLY_INTERRUPTED',
    message: `on "${host.name}" the changes did not come to their end ${at}: ${run.result}`,
    hint: 'See what the host says: valops guard status.',
  };
}

/** How an applied change was confirmed. */
type Confirmation =
  | { readonly confirmed: true; readonly remains: readonly string[] }
  | { readonly confirmed: false; readonly verified: boolean };

/** Not verified is what no new login could prove. */
async function verifyAndConfirm({ apply, guard, until }: Underway): Promise<Confirmation> {
  const { host, job, options, doors } = apply;
  const limits = { until: Math.min(until - reserve, doors.clock.monotonic() + loginWindow), refusals: 2 };
  return overNewLogin(host, doors.clock, limits, async (fresh) => {
    await verifyApplied(fresh, job, doors);
    if (fresh === host && !needsNoLogin(apply)) return { confirmed: false, verified: false };
    if (options.manualConfirm) return { confirmed: false, verified: true };
    const remains = await confirm(fresh, { actor: actorOf(doors), id: guard.id, place: options.place });
    return { confirmed: true, remains };
  });
}

function applied({ apply, guard }: Underway, confirmation: Confirmation): ApplyReport {
  const { host, job, plan } = apply;
  const proof = needsNoLogin(apply) ? 'its facts prove it' : 'a new login proved it';
  const how = host.kind === 'local' ? 'valops confirm' : `valops confirm --host ${host.name}`;
  const common = { schema: 'valops/apply/1', job: job.name, host: host.name, plan, guard, failure: null } as const;
  if (confirmation.confirmed) {
    const { remains } = confirmation;
    const now = `"${host.name}" is as planned, and ${proof}.${alsoRemains(remains)}`;
    return { ...common, confirmed: true, remains, now, verdict: 'applied', verified: true };
  }
  const { verified } = confirmation;
  const now = `"${host.name}" is as planned but rolls back at ${guard.deadline}, unless confirmed from a new login: ${how}`;
  return { ...common, confirmed: false, remains: [], now, verdict: 'applied', verified };
}

/** Nobody can be cut off by such a plan: where there is nothing to log in to, the facts are proof enough. */
function needsNoLogin({ host, plan, options }: Apply): boolean {
  return host.kind === 'local' && !options.manualConfirm && plan.changes.every(({ risk }) => risk === 'none');
}

function withoutLogin({ options }: Apply): GuardPlace {
  return { ...(options.place ?? guardPlace), newLogin: false };
}

function failureOf({ code, message, hint }: ValopsError): ApplyFailure {
  return { code, message, hint: hint ?? 'valops guard status' };
}
