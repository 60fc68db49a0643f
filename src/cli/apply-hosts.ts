import type { ApplyReport } from '../core/apply-report.ts';
import type { Context } from '../core/context.ts';
import type { Job } from '../core/job.ts';
import type { Plan } from '../core/plan.ts';
import type { HostOutcome } from '../hosts/fan-out.ts';
import { exitStatus, type ExitStatus, ValopsError } from '../lib/errors.ts';
import { plainStyle } from '../ui/style.ts';
import type { Outcome } from './command.ts';
import { withHost } from './each-host.ts';
import { errorDocument, failureText } from './host-answers.ts';
import type { HostSelection } from './host-options.ts';
import { asLines } from './line-events.ts';
import type { PlanOptions } from './plan-options.ts';
import { renderApply, renderPlan } from './text/plan.ts';

type Name = string | undefined;

/** One job on several hosts. */
export interface HostsRun {
  readonly given: PlanOptions;
  readonly selection: HostSelection;
  readonly jobOf: (name: Name) => Promise<Job> | Job;
  /** Plans of all of them, as of now. */
  readonly plans: () => Promise<readonly HostOutcome<Name, Plan>[]>;
}

/**
 * Applies a job to several hosts. Unless `--yes` was given, all plans are made and shown first, one
 * question is asked for them together, and exactly they are applied. The first host that changes goes
 * alone; once it is proven, `--parallel` at once follow. A host that does not end as planned keeps the
 * others from being begun.
 */
export async function applyToHosts(context: Context, run: HostsRun): Promise<Outcome> {
  const { given, selection, jobOf } = run;
  const approved = given.yes ? null : await approve(context, run);
  if (approved !== null && 'outcome' in approved) return approved.outcome;
  const { applyPlan } = await import('../core/apply.ts');
  const { rollOut } = await import('../hosts/roll-out.ts');
  const lines = { ...context, events: asLines(context.events) };
  const { outcomes, notBegun } = await rollOut(
    selection.names,
    selection.parallel ?? 1,
    async (name) => {
      const job = await jobOf(name);
      const saved = approved?.plans.get(name);
      const options = { confirmWithin: given.confirmWithin, manualConfirm: given.manualConfirm };
      return withHost(selection, name, (host) =>
        applyPlan(host, job, saved === undefined ? options : { ...options, saved }, lines),
      );
    },
    ({ verdict }) => (verdict === 'applied' ? 'proof' : verdict === 'nothing-to-do' ? 'nothing' : 'stop'),
  );
  return outcomeOf(selection, outcomes, notBegun);
}

async function approve(
  context: Context,
  { selection, plans }: HostsRun,
): Promise<{ readonly plans: ReadonlyMap<Name, Plan> } | { readonly outcome: Outcome }> {
  const planned = await plans();
  const made = planned.flatMap((one) => ('result' in one ? [one] : []));
  const text = made.map(({ result }) => renderPlan(result, plainStyle(false))).join('\n');
  if (made.length > 0) context.events.emit({ kind: 'note', message: `the plans:\n${text}` });
  // of a change that cannot be made as a whole, nothing is begun
  const judged = planned.map((one) => ('result' in one ? refusedOr(one) : one));
  const failed = judged.filter((one) => 'error' in one);
  if (failed.length > 0) {
    const rest = judged.flatMap((one) => ('error' in one ? [] : [one.host]));
    return { outcome: await outcomeOf(selection, failed, rest) };
  }
  const wanting = made.filter(({ result }) => result.changes.length > 0);
  const names = wanting.map(({ result }) => result.host).join(', ');
  const agreed =
    wanting.length === 0 || (await context.prompt.yes({ message: `Apply these to ${names}?`, flag: '--yes' }));
  if (agreed) return { plans: new Map(made.map(({ host, result }) => [host, result])) };
  const notBegun = selection.names.map((name) => selection.hosts.nameOf(name));
  return {
    outcome: {
      document: { schema: 'valops/applies/1', hosts: [], notBegun },
      text: () => 'declined; no host was touched\n',
      exitStatus: exitStatus.refused,
    },
  };
}

/** A plan with refusals counts as a host that failed. */
function refusedOr(one: { readonly host: Name; readonly result: Plan }): HostOutcome<Name, Plan> {
  const { host, refusals } = one.result;
  const [first] = refusals;
  if (first === undefined) return one;
  const list = refusals.map(({ rule, message }) => `${message} (${rule})`).join('; ');
  const error = new ValopsError('PLAN_REFUSED', `refused on "${host}": ${list}`, { hint: first.hint });
  return { host: one.host, error };
}

async function outcomeOf(
  { hosts }: HostSelection,
  outcomes: readonly HostOutcome<Name, ApplyReport>[],
  notBegun: readonly Name[],
): Promise<Outcome> {
  const { applyExitStatus } = await import('../core/apply-report.ts');
  const left = notBegun.map((name) => hosts.nameOf(name));
  return {
    document: {
      schema: 'valops/applies/1',
      hosts: outcomes.map((one) =>
        'error' in one ? { host: hosts.nameOf(one.host), error: errorDocument(one.error) } : one.result,
      ),
      notBegun: left,
    },
    text: (style) =>
      outcomes
        .map((one) =>
          'error' in one ? failureText(hosts.nameOf(one.host), one.error, style) : renderApply(one.result, style),
        )
        .join('') + left.map((name) => `${style.heading(name)}: not begun\n`).join(''),
    exitStatus: worst(
      applyExitStatus(outcomes.flatMap((one) => ('result' in one ? [one.result] : []))),
      outcomes.flatMap((one) => ('error' in one ? [one.error] : [])),
    ),
  };
}

/** Of what hosts say and of errors, the status that most needs a person. */
function worst(applied: ExitStatus, errors: readonly ValopsError[]): ExitStatus {
  const { rollbackUnproven, interrupted, rolledBack, refused, failed, usage, findings, done } = exitStatus;
  const order = [rollbackUnproven, interrupted, rolledBack, refused, failed, usage, findings, done];
  const all = [applied, ...errors.map((error) => error.exitStatus)];
  return order.find((status) => all.includes(status)) ?? failed;
}
