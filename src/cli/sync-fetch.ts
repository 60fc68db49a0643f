import type { Context } from '../core/context.ts';
import { exitStatus } from '../lib/errors.ts';
import type { Invocation, Outcome } from './command.ts';
import type { SyncSession } from './sync-doors.ts';
import { names } from './sync-run.ts';

/** `sync fetch [NAME…]`: everything that `sync` needs here is in the cache and proven; nothing is installed. */
export async function runFetch(
  context: Context,
  { doors, declared, lockPath, platform }: SyncSession,
  { args }: Pick<Invocation, 'args'>,
): Promise<Outcome> {
  const { failureOf, worstStatus } = await import('../sync/failure.ts');
  const { fetchAndProve } = await import('../sync/fetch.ts');
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { pinnedFor, selectBinaries } = await import('../sync/select.ts');
  const pins = readPinFile(context.files, lockPath);
  const binaries = await Promise.all(
    selectBinaries(declared, names(args)).map(async (declaration) => {
      const { name } = declaration;
      try {
        const wanted = pinnedFor(declaration, pins, platform);
        const { path, size, sha256 } = await fetchAndProve(doors, wanted);
        return { name, version: wanted.version, path, size, sha256, failure: null };
      } catch (error) {
        const failure = failureOf(error);
        return { name, version: pins.binaries[name]?.version ?? null, path: null, size: null, sha256: null, failure };
      }
    }),
  );
  for (const { name, failure } of binaries) {
    if (failure === null) continue;
    const { message, hint } = failure;
    context.events.emit({ kind: 'warning', message: `${name}: ${message}`, ...(hint === null ? {} : { hint }) });
  }
  return {
    document: { schema: 'valops/sync-fetch/1', platform, binaries },
    text: (style) =>
      binaries
        .map(({ name, version, path, failure }) =>
          failure === null
            ? `${style.heading(name)} ${version}: ${style.good('proven')}, ${path}\n`
            : `${style.heading(name)}: ${style.bad(failure.code)}, ${failure.message}\n`,
        )
        .join(''),
    exitStatus: worstStatus(binaries.map(({ failure }) => failure)) ?? exitStatus.done,
  };
}
