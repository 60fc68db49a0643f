import { basename, dirname, join, resolve } from 'node:path';
import { type Digest, digestBytes, lasting, Tap } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { encodeJson } from '../lib/json-document.ts';
import type { BundleManifest, BundlePart } from './bundle.ts';
import { cachePath, hashFile } from './cache.ts';
import type { Declaration } from './declaration.ts';
import { trustFiles } from './evidence.ts';
import { fetchAndProve, type PinnedArtifact } from './fetch.ts';
import { encodePinFile } from './pin-file.ts';
import type { PinFile } from './pin.ts';
import { releaseWords } from './release-words.ts';
import type { SyncDoors } from './source.ts';

/** What goes into a bundle. */
export interface ExportRequest {
  /** Made by the export, or empty. */
  readonly directory: string;
  readonly artifacts: readonly PinnedArtifact[];
  readonly pins: PinFile;
  /** The text of the bundle's `valops.yaml`, given where each trust file lies in the bundle. */
  readonly config: (trustPaths: ReadonlyMap<string, string>) => string;
  /** Where the running program is installed. */
  readonly program: string;
}

type Uses = NonNullable<BundlePart['uses']>;

/**
 * Writes everything that an installation needs where there is no network, each file proven first:
 * artifacts, evidence, trust files, lock, configuration and valops itself. The manifest comes last, so
 * that what was interrupted is no bundle. Answers it with its digest. Throws FILE_EXISTS for a
 * directory that holds something, and what fetching and verifying throw.
 */
export async function exportBundle(
  doors: SyncDoors,
  request: ExportRequest,
): Promise<{ readonly manifest: BundleManifest; readonly sha256: string }> {
  const { context } = doors;
  const { files, machine, tool } = context;
  const { directory } = request;
  if (files.list(directory).length > 0) {
    throw new ValopsError('FILE_EXISTS', `"${directory}" is not empty`, {
      hint: 'Name a directory that does not exist yet.',
    });
  }
  const parts: BundlePart[] = [];
  const add = async (from: string, path: string, purpose: BundlePart['purpose'], uses?: Uses): Promise<void> => {
    const at = parts.findIndex((one) => one.path === path);
    if (at === -1)
      parts.push({ ...(await copy(doors, from, join(directory, path))), path, purpose, ...(uses && { uses }) });
    else if (uses !== undefined)
      parts[at] = { ...parts[at], uses: [...(parts[at]?.uses ?? []), ...uses] } as BundlePart;
  };
  const write = (path: string, bytes: Uint8Array, purpose: BundlePart['purpose']): void => {
    files.ensureDirectory(dirname(join(directory, path)), { mode: 0o755 });
    files.create(join(directory, path), bytes, { mode: 0o644 });
    parts.push({ path, purpose, ...digestBytes(bytes) });
  };
  for (const one of request.artifacts) {
    const artifact = await fetchAndProve(doors, one);
    const use = (file: string): Uses => [
      { ...releaseWords(one.declaration, one.platform, one.version), platform: one.platform.id, file },
    ];
    await add(artifact.path, `artifacts/${one.pin.sha256}`, 'artifact', use(one.pin.artifact));
    for (const [name, { sha256 }] of Object.entries(one.pin.evidence)) {
      await add(cachePath(context, sha256), `evidence/${sha256}`, 'evidence', use(name));
    }
  }
  const trustPaths = new Map<string, string>();
  for (const name of await trustOf(request.artifacts)) {
    const from = resolve(doors.base, name);
    const { sha256 } = await hashFile(context, from);
    const path = `trust/${sha256.slice(0, 12)}-${basename(name).replaceAll(/[^\w.-]/g, '_')}`;
    trustPaths.set(name, path);
    await add(from, path, 'trust');
  }
  for (const path of programFiles(doors, request.program)) {
    await add(join(request.program, path), `valops/${path}`, 'program');
  }
  write('valops.yaml', new TextEncoder().encode(request.config(trustPaths)), 'config');
  write('valops.lock', encodePinFile(request.pins), 'lock');
  const manifest: BundleManifest = {
    schema: 'valops/sync-bundle/1',
    createdAt: context.clock.now().toISOString(),
    createdBy: `${machine.user()}@${machine.hostname()}`,
    tool: `${tool.name} ${tool.version}`,
    parts: parts.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  };
  const bytes = encodeJson(manifest);
  files.create(join(directory, 'manifest.json'), bytes, { mode: 0o644 });
  return { manifest, sha256: digestBytes(bytes).sha256 };
}

async function copy({ context: { files } }: SyncDoors, from: string, to: string): Promise<Digest> {
  files.ensureDirectory(dirname(to), { mode: 0o755 });
  const staged = await files.stage(to, { mode: 0o644 });
  const tap = new Tap();
  try {
    for await (const chunk of lasting(tap.through(files.stream(from)))) await staged.write(chunk);
    await staged.publish('exclusive');
  } finally {
    await staged.discard();
  }
  return tap.digest();
}

async function trustOf(artifacts: readonly PinnedArtifact[]): Promise<ReadonlySet<string>> {
  const declared = new Set<Declaration>(artifacts.map(({ declaration }) => declaration));
  const named = await Promise.all([...declared].map(({ verify }) => trustFiles(verify)));
  return new Set(named.flat());
}

/** What `npm pack` would take of this program: relative paths. */
function programFiles({ context: { files }, trees }: SyncDoors, root: string): readonly string[] {
  const onTop = files.list(root).filter((name) => /\.md$|^LICENSE$|^package\.json$/.test(name));
  const below = ['bin', 'dist', 'runbooks'].flatMap((directory) =>
    files.stat(join(root, directory)) === null
      ? []
      : trees
          .walk(join(root, directory))
          .filter((path) => !path.endsWith('/'))
          .map((path) => `${directory}/${path}`),
  );
  return [...onTop, ...below];
}
