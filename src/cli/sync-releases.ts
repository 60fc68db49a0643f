import type { Context } from '../core/context.ts';
import { exitStatus } from '../lib/errors.ts';
import type { RolledBack } from '../sync/rollback.ts';
import type { PrunePlan } from '../sync/prune.ts';
import type { UnusedFile } from '../sync/unused-cache.ts';
import type { Style } from '../ui/style.ts';
import { read } from './arguments.ts';
import type { Invocation, Outcome } from './command.ts';
import type { SyncSession } from './sync-doors.ts';
import { names } from './sync-run.ts';

/** `sync rollback NAME…`: back to what was active before. The first that fails ends the command. */
export async function runRollback(
  context: Context,
  { doors, declared, lockPath, platform }: SyncSession,
  { args, options }: Pick<Invocation, 'args' | 'options'>,
): Promise<Outcome> {
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { readHeld } = await import('../sync/held.ts');
  const { pinnedRelease, releaseRoot } = await import('../sync/release-root.ts');
  const { planRollback, rollback } = await import('../sync/rollback.ts');
  const { selectBinaries } = await import('../sync/select.ts');
  const selected = selectBinaries(declared, names(args));
  const planned = selected.map((declaration) => planRollback(doors, declaration));
  const shown = planned.map(({ name, from, to }) => `${name} from ${from ?? 'nothing'} to ${to}`).join(', ');
  const given = read(options);
  const outcome = (kind: 'plan' | 'applied', binaries: readonly object[], text: Outcome['text']): Outcome => ({
    document: { schema: 'valops/sync-rollback/1', kind, binaries },
    text,
    exitStatus: kind === 'plan' ? exitStatus.findings : exitStatus.done,
  });
  if (given.flag('plan')) return outcome('plan', planned, (style) => renderPlanned(planned, style));
  const message = `Roll back ${shown}?`;
  if (!given.flag('yes') && !(await context.prompt.yes({ message, flag: '--yes (or --plan)' }))) {
    return outcome('plan', [], () => 'nothing was rolled back\n');
  }
  const binaries: RolledBack[] = [];
  for (const declaration of selected) binaries.push(await rollback(doors, declaration));
  const pins = readPinFile(context.files, lockPath);
  for (const [index, { name, to, version }] of binaries.entries()) {
    const pinned = pinnedRelease(pins, name, platform);
    const declaration = selected[index];
    if (pinned === null || pinned === to || declaration === undefined) continue;
    const isHeld = readHeld(context, releaseRoot(declaration)).some(({ release }) => release === pinned);
    const next = isHeld ? 'refuses to switch to it again without --retry' : 'switches to it';
    context.events.emit({
      kind: 'warning',
      message: `${pins.binaries[name]?.version} is still pinned for "${name}": the next "valops sync" ${next}`,
      hint: `Set version to ${version} in valops.yaml, then: valops sync pin ${name}`,
    });
  }
  return outcome('applied', binaries, (style) =>
    binaries
      .map(({ name, from, to }) => `${style.heading(name)}: ${to} is active, ${from ?? 'nothing'} was\n`)
      .join(''),
  );
}

function renderPlanned(planned: readonly Pick<RolledBack, 'name' | 'from' | 'to'>[], style: Style): string {
  return planned
    .map(({ name, from, to }) => `${style.warn('~')} ${style.heading(name)} ${to}, in place of ${from ?? 'nothing'}\n`)
    .join('');
}

/** `sync prune [NAME…]`: removes what nobody needs any more, after showing it. */
export async function runPrune(
  context: Context,
  { doors, declared, lockPath }: SyncSession,
  { args, options }: Pick<Invocation, 'args' | 'options'>,
): Promise<Outcome> {
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { planPrune, prune } = await import('../sync/prune.ts');
  const { selectBinaries } = await import('../sync/select.ts');
  const { removeUnused, unusedFiles } = await import('../sync/unused-cache.ts');
  const given = read(options);
  const selected = selectBinaries(declared, names(args));
  const planned = selected.map((declaration) => planPrune(doors, declaration));
  const cache = given.flag('cache') ? unusedFiles(context, readPinFile(context.files, lockPath)) : [];
  const some = cache.length > 0 || planned.some(({ remove }) => remove.length > 0);
  const outcome = (pruned: boolean, binaries: readonly PrunePlan[], text?: string): Outcome => ({
    document: { schema: 'valops/sync-prune/1', pruned, binaries, cache },
    text: (style) => text ?? renderPrune(binaries, cache, style),
    exitStatus: some && !pruned ? exitStatus.findings : exitStatus.done,
  });
  if (given.flag('plan') || !some) return outcome(false, planned);
  const all = [
    ...planned.flatMap(({ name, remove }) => remove.map((release) => `${name}/${release}`)),
    ...(cache.length === 0 ? [] : [`${cache.length} files of the cache`]),
  ];
  const message = `Remove ${all.join(', ')}?`;
  if (!given.flag('yes') && !(await context.prompt.yes({ message, flag: '--yes (or --plan)' }))) {
    return outcome(false, planned, 'nothing was removed\n');
  }
  const pruned: PrunePlan[] = [];
  for (const declaration of selected) pruned.push(await prune(doors, declaration));
  if (cache.length > 0) await removeUnused(context, cache);
  return outcome(true, pruned);
}

function renderPrune(plans: readonly PrunePlan[], cache: readonly UnusedFile[], style: Style): string {
  const lines = plans.flatMap(({ name, keep, remove, runningComplete }) => [
    style.heading(name),
    ...keep.map(({ release, why }) => `  = ${release}: ${why}`),
    ...remove.map((release) => `  ${style.bad('-')} ${release}`),
    ...(runningComplete || remove.length === 0
      ? []
      : ['  ! some processes could not be looked at: they may run from these']),
  ]);
  const unused = cache.map(({ name, size }) => `  ${style.bad('-')} ${name}: ${size} bytes`);
  return [...lines, ...(unused.length === 0 ? [] : [style.heading('cache'), ...unused])]
    .map((line) => `${line}\n`)
    .join('');
}
