import type { Context } from '../core/context.ts';
import { exitStatus } from '../lib/errors.ts';
import type { BinaryStatus } from '../sync/status.ts';
import type { VerifiedBinary } from '../sync/verify.ts';
import type { Invocation, Outcome } from './command.ts';
import type { SyncSession } from './sync-doors.ts';
import { names } from './sync-run.ts';
import { renderSyncStatus, renderSyncVerify } from './text/sync-look.ts';

/** `sync status [NAME…]`: what is pinned, installed, active and running; hashes nothing. */
export async function runStatus(
  context: Context,
  { doors, declared, lockPath, platform }: SyncSession,
  { args }: Pick<Invocation, 'args'>,
): Promise<Outcome> {
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { selectBinaries } = await import('../sync/select.ts');
  const { statusOf } = await import('../sync/status.ts');
  const pins = readPinFile(context.files, lockPath);
  const binaries: BinaryStatus[] = [];
  for (const declaration of selectBinaries(declared, names(args))) {
    binaries.push(await statusOf(doors, declaration, pins, platform));
  }
  return {
    document: { schema: 'valops/sync-status/1', platform, binaries },
    text: (style) => renderSyncStatus(binaries, style),
  };
}

/** `sync verify [NAME…]`: hashes everything that is installed; exit 3 when something is not as it should be. */
export async function runVerify(
  context: Context,
  { doors, declared, lockPath, platform }: SyncSession,
  { args }: Pick<Invocation, 'args'>,
): Promise<Outcome> {
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { selectBinaries } = await import('../sync/select.ts');
  const { verifyInstalled } = await import('../sync/verify.ts');
  const pins = readPinFile(context.files, lockPath);
  const binaries: VerifiedBinary[] = [];
  for (const declaration of selectBinaries(declared, names(args))) {
    binaries.push(await verifyInstalled(doors, declaration, pins, platform));
  }
  return {
    document: { schema: 'valops/sync-verify/1', platform, binaries },
    text: (style) => renderSyncVerify(binaries, style),
    exitStatus: binaries.every(({ ok }) => ok) ? exitStatus.done : exitStatus.findings,
  };
}
