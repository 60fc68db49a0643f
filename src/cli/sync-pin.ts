import type { Context } from '../core/context.ts';
import { exitStatus, ValopsError } from '../lib/errors.ts';
import type { PinnedBinary } from '../sync/pin.ts';
import { plainStyle } from '../ui/style.ts';
import { read } from './arguments.ts';
import type { Invocation, Outcome } from './command.ts';
import type { SyncSession } from './sync-doors.ts';
import { renderPin } from './text/sync-pin.ts';

/** `sync pin NAME [VERSION]`: proves a release, shows it, and writes the lock when a person agrees. */
export async function runPin(
  context: Context,
  session: SyncSession,
  { args, options }: Pick<Invocation, 'args' | 'options'>,
): Promise<Outcome> {
  const { comparePins } = await import('../sync/compare-pins.ts');
  const { proposePin } = await import('../sync/pin-binary.ts');
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { selectBinaries } = await import('../sync/select.ts');
  const { proves } = await import('../sync/evidence.ts');
  const given = read(options);
  const name = args[0] ?? '';
  const [declaration] = selectBinaries(session.declared, [name]);
  if (declaration === undefined) throw new ValopsError('SYNC_UNKNOWN_BINARY', `"${name}" is not declared`);
  const version = args[1] ?? declaration.version;
  const { version: versions } = await import('../config/schema-sync.ts');
  if (!versions.safeParse(version).success) {
    throw new ValopsError(
      'USAGE',
      `"${version}" cannot be a version: it holds more than letters, digits, . + _ ~ and -`,
      {
        hint: `Give it as the publisher names it: valops sync pin ${name} ${declaration.version}`,
      },
    );
  }
  const signed = await proves(declaration.verify);
  const planOnly = given.flag('plan');
  if (!given.flag('yes') && !planOnly) context.prompt.require('--yes (or --plan to see what would be pinned)');
  if (given.flag('yes') && !planOnly && !signed && !given.flag('unsafeFirstUse')) {
    throw new ValopsError('SYNC_UNSIGNED', `nothing under "verify" of "${name}" proves who made it, and nobody looks`, {
      hint: 'Add a signature to verify in valops.yaml, look yourself without --yes, or add --unsafe-first-use.',
    });
  }
  const present = readPinFile(context.files, session.lockPath).binaries[name];
  const proposed: PinnedBinary = {
    ...(await proposePin(session.doors, declaration, version)),
    unsafeFirstUse: !signed,
  };
  const compared = comparePins(present, proposed);
  const isAsPinned = compared.changes.length === 0;
  const warnings = [
    ...compared.warnings,
    ...(signed
      ? []
      : ['no signature proves who made this: compare the digests with what the publisher says elsewhere']),
    ...(version === declaration.version
      ? []
      : [`valops.yaml says ${declaration.version}: "valops sync" refuses until it says ${version} as well`]),
  ];
  const shown = { name, proposed, changes: compared.changes, warnings };
  const agreed = !planOnly && (given.flag('yes') || (await ask(context, shown)));
  if (agreed) await writePin(context, session, name, proposed);
  return {
    document: {
      schema: 'valops/sync-pin/1',
      name,
      version,
      pinned: agreed,
      lock: session.lockPath,
      changes: compared.changes,
      warnings,
      binary: proposed,
    },
    text: (style) =>
      (given.flag('yes') || planOnly ? renderPin(shown, style) : '') +
      (agreed ? `pinned in ${session.lockPath}\n` : `nothing was pinned; ${session.lockPath} is as it was\n`),
    exitStatus: agreed || (planOnly && isAsPinned) ? exitStatus.done : exitStatus.findings,
  };
}

async function ask({ events, prompt }: Context, shown: Parameters<typeof renderPin>[0]): Promise<boolean> {
  events.emit({ kind: 'note', message: `to be pinned:\n${renderPin(shown, plainStyle(false))}` });
  return prompt.yes({ message: `Pin ${shown.name} ${shown.proposed.version}?`, flag: '--yes' });
}

/** Writes the lock anew, from what it holds by now. */
async function writePin(context: Context, session: SyncSession, name: string, binary: PinnedBinary): Promise<void> {
  const { journalled } = await import('../core/journal.ts');
  const { encodePinFile, readPinFile, withPin } = await import('../sync/pin-file.ts');
  await journalled(
    context.journal,
    {
      action: 'sync.pin',
      purpose: `pin ${name} ${binary.version}`,
      details: {
        lock: session.lockPath,
        unsafeFirstUse: binary.unsafeFirstUse,
        sha256: Object.fromEntries(Object.entries(binary.platforms).map(([id, pin]) => [id, pin.sha256])),
      },
    },
    async () => {
      const pins = readPinFile(context.files, session.lockPath);
      context.files.replace(session.lockPath, encodePinFile(withPin(pins, name, binary)), { mode: 0o644 });
    },
  );
}
