import { deliver, deliverBegin, rehearseDelivery, type DeliveryFailure } from '../audit/delivery/deliver.ts';
import type { DeliveryDeclared } from '../audit/delivery/declared.ts';
import type { DeliveredRun } from '../audit/delivery/run.ts';
import { isDueNow } from '../audit/schedule/calendar.ts';
import { findChecklists } from '../audit/select.ts';
import { listReports } from '../audit/store.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { read } from './arguments.ts';
import { labelOf } from './audit-options.ts';
import { lazyPosts } from './audit-posts.ts';
import { runAudit } from './audit-run.ts';
import type { Options, Outcome } from './command.ts';
import { openHosts, type HostSelection } from './host-options.ts';

/**
 * `valops audit run --if-due | --deliver | --show-delivery`: a run that nobody watches. What is told is what the
 * run found, and that it failed; that it could not be told is said on standard error, and found by the next run.
 */
export async function runAndDeliver(context: Context, names: readonly string[], options: Options): Promise<Outcome> {
  const given = read(options);
  const [delivers, shows] = [given.flag('deliver'), given.flag('showDelivery')];
  if (delivers && shows)
    throw new ValopsError('USAGE', '--deliver and --show-delivery exclude each other', { hint: 'Give one of them.' });
  if ((delivers || shows) && ['only', 'facts'].some((name) => given.text(name) !== undefined))
    throw new ValopsError('USAGE', 'a part of a checklist, or a file of facts, is not delivered', {
      hint: 'Leave out --only and --facts, or --deliver.',
    });
  const selection = await openHosts(context, options);
  const due = given.flag('ifDue') ? dueNames(context, selection, names) : names;
  if (due.length === 0)
    return { document: { schema: 'valops/audit-reports/1', reports: [], failures: [] }, text: () => '' };
  if (!delivers && !shows) return runAudit(context, due, options);

  const declared = selection.config.audit.delivery ?? {};
  if (shows) {
    return runAudit(context, due, options, {
      stored: false,
      async heard(reports, failures) {
        const rehearsed = await rehearseDelivery({ checklists: due, reports, failures }, declared, context);
        for (const line of rehearsed.would.length === 0 ? [nothing(declared)] : rehearsed.would)
          context.events.emit({ kind: 'note', message: `would be delivered: ${line}` });
        say(context, rehearsed.failures, 'could not be delivered');
      },
    });
  }

  const net = lazyPosts(context, given.flag('unsafeHttp'));
  const doors = { ...doorsOf(context), posts: () => net.posts() };
  const tell = async (run: DeliveredRun): Promise<void> => say(context, await deliver(run, declared, doors));
  try {
    say(context, await deliverBegin(declared, doors));
    let told = false;
    try {
      return await runAudit(context, due, options, {
        stored: true,
        heard: async (reports, failures) => {
          told = true;
          await tell({ checklists: due, reports, failures });
        },
      });
    } catch (error) {
      // one host that was not reached is thrown, and somebody waits for news of it
      if (error instanceof ValopsError && !told)
        await tell({ checklists: due, reports: [], failures: [failureOf(context, selection, error)] });
      throw error;
    }
  } finally {
    await net.close();
  }
}

function doorsOf({
  files,
  home,
  clock,
  randomBytes,
}: Context): Pick<Context, 'files' | 'home' | 'clock' | 'randomBytes'> {
  return { files, home, clock, randomBytes };
}

function failureOf(
  context: Context,
  { names }: HostSelection,
  { code, message, hint }: ValopsError,
): DeliveredRun['failures'][number] {
  return { host: names.map((name) => labelOf(context, name)).join(', '), code, message, hint: hint ?? null };
}

/** Those of which a host has no report in this period. A checklist without a cadence is run whenever it is asked for. */
function dueNames(
  context: Context,
  { names: hosts, config }: HostSelection,
  names: readonly string[],
): readonly string[] {
  const now = context.clock.now();
  return findChecklists(names, config.audit).flatMap(({ name, cadence }) => {
    if (cadence === undefined) return [name];
    const lacks = hosts.some((host) => {
      const last = listReports(context.files, context.home, labelOf(context, host), name).at(-1);
      return isDueNow(cadence, last?.at, now);
    });
    return lacks ? [name] : [];
  });
}

function nothing(declared: DeliveryDeclared): string {
  return Object.keys(declared).length === 0 ? 'nothing: audit.delivery declares no way' : 'nothing: nothing changed';
}

function say({ events }: Context, failures: readonly DeliveryFailure[], what = 'not delivered'): void {
  for (const { way, error } of failures) {
    const { message, hint } = error;
    events.emit({
      kind: 'warning',
      message: `${what} (${way}): ${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}
