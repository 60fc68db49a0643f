import type { Config } from '../config/schema.ts';
import type { ApplyReport, Verdict } from '../core/apply-report.ts';
import type { Context } from '../core/context.ts';
import type { Host } from '../core/host.ts';
import type { Job } from '../core/job.ts';
import type { Plan } from '../core/plan.ts';
import { exitStatus, type ExitStatus, ValopsError } from '../lib/errors.ts';
import { plainStyle } from '../ui/style.ts';
import type { Options, Outcome } from './command.ts';
import { type HostSelection, openHosts } from './host-options.ts';
import { type PlanOptions, readPlanOptions } from './plan-options.ts';
import { renderApply, renderPlan } from './text/plan.ts';

/** A command that plans or applies one job on each of its hosts. */
export interface PlanRun {
  readonly options: Options;
  /** The verb `plan` only shows; anything else applies, unless --plan or --out is given. */
  readonly planOnly: boolean;
  /** The job for a host, named as in the inventory (undefined: this machine). */
  readonly job: (config: Config, host: string | undefined) => Promise<Job> | Job;
}

/** Largest plan that is read with `--from`, in bytes. */
const planLimit = 16 * 1024 * 1024;

/**
 * Runs the job on the hosts of `--host`, one after the other. The first host that does not end as
 * planned ends the run: what went wrong there would go wrong on the next.
 */
export async function runPlan(context: Context, run: PlanRun): Promise<Outcome> {
  const given = readPlanOptions(run.options);
  const selection = await openHosts(context, run.options);
  const single = given.out ?? given.from;
  if (single !== undefined && selection.names.length !== 1) {
    throw new ValopsError('USAGE', `a plan document is for one host, ${selection.names.length} are selected`, {
      hint: 'Give exactly one --host together with --out or --from.',
    });
  }
  return run.planOnly || given.planOnly
    ? showPlans(context, run, given, selection)
    : applyPlans(context, run, given, selection);
}

async function showPlans(
  context: Context,
  run: PlanRun,
  given: PlanOptions,
  selection: HostSelection,
): Promise<Outcome> {
  const { gather } = await import('../core/gather.ts');
  const { makePlan } = await import('../core/plan.ts');
  const plans: Plan[] = [];
  for (const name of selection.names) {
    const job = await run.job(selection.config, name);
    const plan = await withHost(selection, name, async (host) => {
      const snapshot = await gather(host, job.questions, context);
      return makePlan(job.name, snapshot, job.plan(snapshot, host.login), context.clock.now());
    });
    plans.push(plan);
    if (given.out !== undefined) {
      const { encodePlan } = await import('../core/plan-document.ts');
      context.files.replace(given.out, encodePlan(plan), { mode: 0o600 });
    }
  }
  const [only] = plans;
  return {
    document: plans.length === 1 && only !== undefined ? { ...only } : { schema: 'valops/plans/1', plans },
    text: (style) => plans.map((plan) => renderPlan(plan, style)).join('\n'),
    exitStatus: planStatus(plans),
  };
}

function planStatus(plans: readonly Plan[]): ExitStatus {
  if (plans.some(({ refusals }) => refusals.length > 0)) return exitStatus.refused;
  return plans.some(({ changes }) => changes.length > 0) ? exitStatus.findings : exitStatus.done;
}

async function applyPlans(
  context: Context,
  run: PlanRun,
  given: PlanOptions,
  selection: HostSelection,
): Promise<Outcome> {
  // before a host is touched or a key is used in vain
  if (!given.yes) context.prompt.require('--yes (or --plan to see what would be done)');
  const { applyPlan } = await import('../core/apply.ts');
  const { applyExitStatus } = await import('../core/apply-report.ts');
  const { parsePlan } = await import('../core/plan-document.ts');
  const saved = given.from === undefined ? undefined : parsePlan(context.files.read(given.from, planLimit), given.from);
  const reports: ApplyReport[] = [];
  for (const name of selection.names) {
    const job = await run.job(selection.config, name);
    const report = await withHost(selection, name, (host) =>
      applyPlan(
        host,
        job,
        {
          confirmWithin: given.confirmWithin,
          manualConfirm: given.manualConfirm,
          ...(saved === undefined ? {} : { saved }),
          ...(given.yes ? {} : { approve: (plan: Plan) => approve(context, plan) }),
        },
        context,
      ),
    );
    reports.push(report);
    if (!well(report.verdict)) break;
  }
  const skipped = selection.names.slice(reports.length).map((name) => selection.hosts.nameOf(name));
  const [only] = reports;
  return {
    document:
      selection.names.length === 1 && only !== undefined
        ? { ...only }
        : { schema: 'valops/applies/1', hosts: reports, notBegun: skipped },
    text: (style) =>
      reports.map((report) => renderApply(report, style)).join('') +
      skipped.map((name) => `${style.heading(name)}: not begun\n`).join(''),
    exitStatus: applyExitStatus(reports),
  };
}

function well(verdict: Verdict): boolean {
  return verdict === 'applied' || verdict === 'nothing-to-do';
}

async function approve({ events, prompt }: Context, plan: Plan): Promise<boolean> {
  events.emit({ kind: 'note', message: `the plan:\n${renderPlan(plan, plainStyle(false))}` });
  return prompt.yes({ message: `Apply this to ${plan.host}?`, flag: '--yes' });
}

async function withHost<T>(
  { hosts }: HostSelection,
  name: string | undefined,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const host = await hosts.connect(name);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}
