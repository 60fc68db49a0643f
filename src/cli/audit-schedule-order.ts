import { resolve } from 'node:path';
import { parseTimeOfDay } from '../audit/schedule/calendar.ts';
import type { Scheduled, ScheduleOrder } from '../audit/schedule/order.ts';
import type { ProgramPlaces } from '../audit/schedule/program.ts';
import { allChecklists, findChecklists } from '../audit/select.ts';
import type { Config } from '../config/schema.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { read } from './arguments.ts';
import type { Options } from './command.ts';

/**
 * What `valops.yaml` and the options want to be run on a host (undefined: this machine), and where to look for
 * the program there. Throws USAGE for a checklist without a cadence, CONFIG_INVALID for a path that no unit file
 * could hold.
 */
export function scheduleOrder(
  context: Context,
  config: Config,
  host: string | undefined,
  names: readonly string[],
  options: Options,
): { readonly order: ScheduleOrder; readonly places: ProgramPlaces } {
  const { home, schedule, delivery } = config.audit;
  const user = schedule?.user ?? 'root';
  const valopsYaml = schedule?.config ?? (host === undefined ? ownConfig(context, options) : undefined);
  const order: ScheduleOrder = {
    scheduled: scheduledOf(names, config),
    at: parseTimeOfDay(schedule?.at ?? '04:00') ?? { hour: 4, minute: 0 },
    user,
    home,
    config: valopsYaml,
    writes: delivery?.textfile === undefined ? [] : [delivery.textfile.directory],
    options: read(options).flag('unsafeHttp') ? ['--unsafe-http'] : [],
  };
  for (const path of [home, valopsYaml]) if (path !== undefined) requirePlain(path);
  const fallback = host === undefined ? ownWords(context) : undefined;
  return { order, places: { program: schedule?.program, fallback, config: valopsYaml, user } };
}

function scheduledOf(names: readonly string[], { audit }: Config): readonly Scheduled[] {
  findChecklists(names, audit);
  const all = allChecklists(audit);
  return [...new Set(names)].map((checklist) => {
    const cadence = all.find(({ name }) => name === checklist)?.cadence;
    if (cadence !== undefined) return { checklist, cadence };
    throw new ValopsError('USAGE', `the checklist "${checklist}" is run on occasion: it has no cadence`, {
      hint: `Declare one: audit.checklists.${checklist}.cadence: weekly`,
    });
  });
}

/** The configuration of this command line, for a machine that will run by itself with the same. */
function ownConfig({ files }: Context, options: Options): string | undefined {
  const named = read(options).text('config') ?? process.env['VALOPS_CONFIG'];
  if (named !== undefined) return resolve(named);
  const here = resolve('valops.yaml');
  return files.stat(here) === null ? undefined : here;
}

function ownWords({ files }: Context): readonly [string, ...string[]] | undefined {
  const [node, script] = process.argv;
  return node === undefined || script === undefined ? undefined : [node, files.realPath(script)];
}

function requirePlain(path: string): void {
  if (/^(\/[\w.+@-]+)+$/.test(path)) return;
  throw new ValopsError('CONFIG_INVALID', `"${path}" cannot stand in a unit file or a line of cron`, {
    hint: 'Use a path of letters, digits and "._+@-", and declare it in valops.yaml: audit.home, audit.schedule.config.',
  });
}
