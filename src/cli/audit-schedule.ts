import { installJob, removeJob } from '../audit/schedule/job.ts';
import type { Context } from '../core/context.ts';
import { read } from './arguments.ts';
import { scheduleOrder } from './audit-schedule-order.ts';
import type { Options, Outcome } from './command.ts';
import { runPlan } from './plan-run.ts';

/** `valops audit schedule install`: a plan, applied like any other. */
export async function installSchedule(context: Context, names: readonly string[], options: Options): Promise<Outcome> {
  if (read(options).flag('unsafeHttp'))
    context.journal
      .begin({ action: 'audit.unsafe-http', purpose: 'schedule runs that may deliver without TLS' })
      .done();
  return runPlan(context, {
    options,
    planOnly: false,
    job(config, host) {
      const { order, places } = scheduleOrder(context, config, host, names, options);
      if (host === undefined && order.home !== context.home.path)
        context.events.emit({
          kind: 'warning',
          message: `scheduled runs keep their reports in "${order.home}", this command in "${context.home.path}"`,
          hint: `For the same history set VALOPS_HOME=${order.home}, or declare audit.home.`,
        });
      return installJob(order, places);
    },
  });
}

/** `valops audit schedule remove`: takes away what was installed, and nothing else. */
export function removeSchedule(context: Context, names: readonly string[], options: Options): Promise<Outcome> {
  return runPlan(context, { options, planOnly: false, job: ({ audit }) => removeJob(names, audit.home) });
}
