import type { Context } from '../core/context.ts';
import { exitStatus } from '../lib/errors.ts';
import type { Declaration } from '../sync/declaration.ts';
import type { PinFile } from '../sync/pin.ts';
import type { Invocation, Outcome } from './command.ts';
import type { SyncSession } from './sync-doors.ts';
import { names } from './sync-run.ts';
import { renderSyncStatus, renderSyncVerify } from './text/sync-look.ts';

/** `sync status [NAME…]`: what is pinned, installed, active and running; hashes nothing. */
export async function runStatus(context: Context, session: SyncSession, invocation: Named): Promise<Outcome> {
  const { statusOf } = await import('../sync/status.ts');
  const binaries = await lookAtEach(context, session, invocation, statusOf);
  return {
    document: { schema: 'valops/sync-status/1', platform: session.platform, binaries },
    text: (style) => renderSyncStatus(binaries, style),
  };
}

/** `sync verify [NAME…]`: hashes everything that is installed; exit 3 when something is not as it should be. */
export async function runVerify(context: Context, session: SyncSession, invocation: Named): Promise<Outcome> {
  const { verifyInstalled } = await import('../sync/verify.ts');
  const binaries = await lookAtEach(context, session, invocation, verifyInstalled);
  return {
    document: { schema: 'valops/sync-verify/1', platform: session.platform, binaries },
    text: (style) => renderSyncVerify(binaries, style),
    exitStatus: binaries.every(({ ok }) => ok) ? exitStatus.done : exitStatus.findings,
  };
}

type Named = Pick<Invocation, 'args'>;

/** One after the other: each reads files of many megabytes, or asks a program. */
async function lookAtEach<T>(
  context: Context,
  { doors, declared, lockPath, platform }: SyncSession,
  { args }: Named,
  look: (doors: SyncSession['doors'], declaration: Declaration, pins: PinFile, platform: string) => Promise<T>,
): Promise<readonly T[]> {
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { selectBinaries } = await import('../sync/select.ts');
  const pins = readPinFile(context.files, lockPath);
  const seen: T[] = [];
  for (const declaration of selectBinaries(declared, names(args))) {
    seen.push(await look(doors, declaration, pins, platform));
  }
  return seen;
}
