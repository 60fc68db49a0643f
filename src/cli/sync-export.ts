import { dirname, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { BinaryConfig } from '../config/schema-sync.ts';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { PinnedArtifact } from '../sync/fetch.ts';
import type { SyncDoors } from '../sync/source.ts';
import type { Invocation, Outcome } from './command.ts';
import type { SyncSession } from './sync-doors.ts';
import { names } from './sync-run.ts';

/** `sync export DIR [NAME…]`: a directory with everything that a host without a network needs. */
export async function runExport(
  context: Context,
  { doors, config, declared, lockPath }: SyncSession,
  { args }: Pick<Invocation, 'args'>,
): Promise<Outcome> {
  const { exportBundle } = await import('../sync/export.ts');
  const { readPinFile } = await import('../sync/pin-file.ts');
  const { pinnedFor, selectBinaries } = await import('../sync/select.ts');
  const [directory = '', ...selectedNames] = names(args);
  const selected = selectBinaries(declared, selectedNames);
  if (selected.length === 0) {
    throw new ValopsError(
      'SYNC_UNKNOWN_BINARY',
      'no binaries are declared in valops.yaml, so there is nothing to export',
      {
        hint: 'Declare one under "binaries" and pin it.',
      },
    );
  }
  const pins = readPinFile(context.files, lockPath);
  const artifacts = selected.flatMap((declaration): readonly PinnedArtifact[] =>
    declaration.platforms.map(({ id }) => pinnedFor(declaration, pins, id)),
  );
  const chosen = new Set(selected.map(({ name }) => name));
  const { manifest, sha256 } = await exportBundle(doors, {
    directory: resolve(directory),
    artifacts,
    pins: {
      ...pins,
      binaries: Object.fromEntries(Object.entries(pins.binaries).filter(([name]) => chosen.has(name))),
    },
    config: (trustPaths) => bundleConfig(config, chosen, trustPaths),
    program: programRoot(doors),
  });
  const bytes = manifest.parts.reduce((sum, { size }) => sum + size, 0);
  return {
    document: {
      schema: 'valops/sync-export/1',
      directory: resolve(directory),
      manifestSha256: sha256,
      bytes,
      binaries: artifacts.map(({ declaration: { name }, version, platform, pin }) => ({
        name,
        version,
        platform: platform.id,
        sha256: pin.sha256,
      })),
      parts: manifest.parts,
    },
    text: () =>
      `${manifest.parts.length} files, ${bytes} bytes, in ${resolve(directory)}\n` +
      `manifest sha256 ${sha256}\n` +
      `there: node ${directory}/valops/bin/valops.js sync import ${directory}\n`,
  };
}

/** The declarations of the chosen binaries as a `valops.yaml` (JSON is YAML), trust files where the bundle has them. */
function bundleConfig(
  { binaries, sync }: Config,
  chosen: ReadonlySet<string>,
  trustPaths: ReadonlyMap<string, string>,
): string {
  const moved = (path: string): string => trustPaths.get(path) ?? path;
  const verifier = (spec: NonNullable<BinaryConfig['verify']>[number]): unknown => ({
    ...spec,
    ...('keys' in spec && { keys: spec.keys.map(moved) }),
    ...('trustedRoot' in spec && { trustedRoot: moved(spec.trustedRoot) }),
    ...(spec.type === 'sigstore' && spec.key !== undefined && { key: moved(spec.key) }),
    ...(spec.type === 'signify' && { signers: spec.signers.map(moved) }),
  });
  const kept = Object.entries(binaries)
    .filter(([name]) => chosen.has(name))
    .map(([name, { source, ...binary }]) => [
      name,
      {
        ...binary,
        source: { ...source, tokenFile: undefined },
        ...(binary.verify && { verify: binary.verify.map(verifier) }),
      },
    ]);
  return `${JSON.stringify({ binaries: Object.fromEntries(kept), sync: { ...sync, ca: undefined } }, null, 2)}\n`;
}

/** The directory that holds `bin/valops.js`, links followed. */
function programRoot({ trees }: SyncDoors): string {
  let path = resolve(process.argv[1] ?? '');
  for (let links = 0; links < 40; links++) {
    const target = linkTarget(trees, path);
    if (target === null) break;
    path = resolve(dirname(path), target);
  }
  return dirname(dirname(path));
}

function linkTarget(trees: SyncDoors['trees'], path: string): string | null {
  try {
    return trees.readLink(path);
  } catch (error) {
    if (error instanceof ValopsError && error.code === 'FILE_EXISTS') return null;
    throw error;
  }
}
