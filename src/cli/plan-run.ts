import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import type { Job } from '../core/job.ts';
import type { Plan } from '../core/plan.ts';
import { defaultFanOut, fanOut, type HostOutcome } from '../hosts/fan-out.ts';
import { exitStatus, type ExitStatus, ValopsError } from '../lib/errors.ts';
import { plainStyle } from '../ui/style.ts';
import type { Options, Outcome } from './command.ts';
import { withHost } from './each-host.ts';
import { errorDocument, failureText } from './host-answers.ts';
import { type HostSelection, openHosts } from './host-options.ts';
import { type PlanOptions, readPlanOptions } from './plan-options.ts';
import { readSavedPlan } from './saved-plan.ts';
import { renderApply, renderPlan } from './text/plan.ts';

/** A command that plans or applies one job on each of its hosts. */
export interface PlanRun {
  readonly options: Options;
  /** The verb `plan` only shows; anything else applies, unless --plan or --out is given. */
  readonly planOnly: boolean;
  /** The job for a host, named as in the inventory (undefined: this machine). */
  readonly job: (config: Config, host: string | undefined) => Promise<Job> | Job;
}

/** Plans or applies the job on the hosts of `--host`. */
export async function runPlan(context: Context, run: PlanRun): Promise<Outcome> {
  const given = readPlanOptions(run.options);
  const selection = await openHosts(context, run.options);
  const single = given.out ?? given.from;
  if (single !== undefined && selection.names.length !== 1) {
    throw new ValopsError('USAGE', `a plan document is for one host, ${selection.names.length} are selected`, {
      hint: 'Give exactly one --host together with --out or --from.',
    });
  }
  const jobOf = (name: string | undefined): Promise<Job> | Job => run.job(selection.config, name);
  const plans = (): Promise<readonly HostOutcome<string | undefined, Plan>[]> => makePlans(context, selection, jobOf);
  if (run.planOnly || given.planOnly) return showPlans(context, given, selection, await plans());
  // before a host is touched or a key is used in vain
  if (!given.yes) context.prompt.require('--yes (or --plan to see what would be done)');
  if (selection.names.length === 1) return applyToOne(context, given, selection, jobOf);
  const { applyToHosts } = await import('./apply-hosts.ts');
  return applyToHosts(context, { given, selection, jobOf, plans });
}

async function makePlans(
  context: Context,
  selection: HostSelection,
  jobOf: (name: string | undefined) => Promise<Job> | Job,
): Promise<readonly HostOutcome<string | undefined, Plan>[]> {
  const { gather } = await import('../core/gather.ts');
  const { makePlan } = await import('../core/plan.ts');
  return fanOut(selection.names, selection.parallel ?? defaultFanOut, async (name) => {
    const job = await jobOf(name);
    return withHost(selection, name, async (host) => {
      const snapshot = await gather(host, job.questions, context);
      return makePlan(job.name, snapshot, job.plan(snapshot, host.login), context.clock.now());
    });
  });
}

async function showPlans(
  context: Context,
  given: PlanOptions,
  { hosts }: HostSelection,
  outcomes: readonly HostOutcome<string | undefined, Plan>[],
): Promise<Outcome> {
  const [only] = outcomes;
  if (outcomes.length === 1 && only !== undefined) {
    if ('error' in only) throw only.error;
    const plan = only.result;
    if (given.out !== undefined) {
      const { encodePlan } = await import('../core/plan-document.ts');
      context.files.replace(given.out, encodePlan(plan), { mode: 0o600 });
    }
    return { document: { ...plan }, text: (style) => renderPlan(plan, style), exitStatus: planStatus(outcomes) };
  }
  return {
    document: {
      schema: 'valops/plans/1',
      plans: outcomes.map((one) =>
        'error' in one ? { host: hosts.nameOf(one.host), error: errorDocument(one.error) } : one.result,
      ),
    },
    text: (style) =>
      outcomes
        .map((one) =>
          'error' in one ? failureText(hosts.nameOf(one.host), one.error, style) : renderPlan(one.result, style),
        )
        .join('\n'),
    exitStatus: planStatus(outcomes),
  };
}

function planStatus(outcomes: readonly HostOutcome<unknown, Plan>[]): ExitStatus {
  const plans = outcomes.flatMap((one) => ('result' in one ? [one.result] : []));
  if (plans.some(({ refusals }) => refusals.length > 0)) return exitStatus.refused;
  if (plans.length < outcomes.length) return exitStatus.failed;
  return plans.some(({ changes }) => changes.length > 0) ? exitStatus.findings : exitStatus.done;
}

async function applyToOne(
  context: Context,
  given: PlanOptions,
  selection: HostSelection,
  jobOf: (name: string | undefined) => Promise<Job> | Job,
): Promise<Outcome> {
  const { applyPlan } = await import('../core/apply.ts');
  const { applyExitStatus } = await import('../core/apply-report.ts');
  const [name] = selection.names;
  const job = await jobOf(name);
  const saved = given.from === undefined ? undefined : await readSavedPlan(context, given.from, selection.hosts, name);
  const report = await withHost(selection, name, (host) =>
    applyPlan(
      host,
      job,
      {
        confirmWithin: given.confirmWithin,
        manualConfirm: given.manualConfirm,
        // made for the same host, whatever it was called there
        ...(saved === undefined ? {} : { saved: { ...saved, host: host.name } }),
        ...(given.yes ? {} : { approve: (plan: Plan) => approve(context, plan) }),
      },
      context,
    ),
  );
  return {
    document: { ...report },
    text: (style) => renderApply(report, style),
    exitStatus: applyExitStatus([report]),
  };
}

async function approve({ events, prompt }: Context, plan: Plan): Promise<boolean> {
  events.emit({ kind: 'note', message: `the plan:\n${renderPlan(plan, plainStyle(false))}` });
  return prompt.yes({ message: `Apply this to ${plan.host}?`, flag: '--yes' });
}
