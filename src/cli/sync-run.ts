import type { Context } from '../core/context.ts';
import { type ExitStatus, exitStatus } from '../lib/errors.ts';
import type { Planned, PlannedBinary } from '../sync/plan.ts';
import { plainStyle } from '../ui/style.ts';
import { read } from './arguments.ts';
import type { Invocation, Outcome } from './command.ts';
import type { SyncSession } from './sync-doors.ts';
import { renderSynced, renderSyncPlan } from './text/sync.ts';

/** `sync [NAME…]`: compares pins with what is installed, asks, and brings the host to its pins. */
export async function runSync(
  context: Context,
  session: SyncSession,
  { args, options }: Pick<Invocation, 'args' | 'options'>,
): Promise<Outcome> {
  const { worstStatus } = await import('../sync/failure.ts');
  const { planSync } = await import('../sync/plan.ts');
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { selectBinaries } = await import('../sync/select.ts');
  const { endEarlierSwitches, syncBinaries } = await import('../sync/sync.ts');
  const given = read(options);
  const { doors, declared, lockPath, platform } = session;
  const selected = selectBinaries(declared, names(args));
  const pins = readPinFile(context.files, lockPath);
  const planOnly = given.flag('plan');
  const ended = planOnly ? undefined : await endEarlierSwitches(doors, selected);
  const retry = given.flag('retry');
  const planned = (await planSync(doors, selected, pins, platform, { retry })).map((one): Planned => {
    const failed = ended?.get(one.declaration.name);
    if (failed === undefined || failed.release !== one.entry.to) return one;
    const { failure } = failed;
    return { ...one, wanted: undefined, entry: { ...one.entry, action: 'refused', reason: failure.message, failure } };
  });
  const entries = planned.map(({ entry }) => entry);
  const todo = entries.filter(({ action }) => action !== 'none' && action !== 'refused');
  const refused = worstStatus(entries.map(({ failure }) => failure));
  if (planOnly) {
    return outcome('plan', entries, refused ?? (todo.length > 0 ? exitStatus.findings : exitStatus.done), (style) =>
      renderSyncPlan(entries, style),
    );
  }
  if (todo.length > 0 && !given.flag('yes')) {
    context.prompt.require('--yes (or --plan to see what would be done)');
    context.events.emit({ kind: 'note', message: `the plan:\n${renderSyncPlan(entries, plainStyle(false))}` });
    if (
      !(await context.prompt.yes({ message: `Install ${todo.map(({ name }) => name).join(', ')}?`, flag: '--yes' }))
    ) {
      return outcome('plan', entries, refused ?? exitStatus.findings, () => 'nothing was installed\n');
    }
  }
  const synced = await syncBinaries(doors, planned);
  for (const { name, failure } of synced) {
    if (failure === null) continue;
    const { message, hint } = failure;
    context.events.emit({ kind: 'warning', message: `${name}: ${message}`, ...(hint === null ? {} : { hint }) });
  }
  const status = worstStatus(synced.map(({ failure }) => failure)) ?? exitStatus.done;
  return outcome('applied', synced, status, (style) => renderSynced(synced, style));
}

function outcome(
  kind: 'plan' | 'applied',
  binaries: readonly PlannedBinary[],
  status: ExitStatus,
  text: Outcome['text'],
): Outcome {
  return { document: { schema: 'valops/sync/1', kind, binaries }, text, exitStatus: status };
}

/** The names on the command line. */
export function names(args: Invocation['args']): readonly string[] {
  return args.filter((name) => name !== undefined);
}
