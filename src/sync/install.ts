import { join } from 'node:path';
import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import type { PinnedArtifact } from './fetch.ts';
import { judgeRelease } from './judge-release.ts';
import { type PendingSwitch, writePending } from './pending.ts';
import { privateName, releaseName, releaseRoot } from './release-root.ts';
import { encodeRecord, installedFiles, readRecord, recordName } from './release.ts';
import type { StoreDoors } from './safe-prefix.ts';
import { unpack } from './unpack.ts';

/** A release that is complete and verified, though not necessarily active. */
export interface Installed {
  /** Name below the release root. */
  readonly release: string;
  /** Absolute. */
  readonly path: string;
  /** `reused`: it was there and every byte of it is as pinned. `repaired`: it was there or active, and was not. */
  readonly how: 'new' | 'reused' | 'repaired';
  /** Lowercase hex, of `release.json`. */
  readonly recordSha256: string;
  readonly problems: number;
}

/** Bytes that stay free beyond what the release takes. */
const reserve = 16 * 1024 * 1024;

/**
 * Installs the pinned release beside those that are there, journalled; `current` stays as it is, and
 * leads to a complete release at every moment even when the active one has to be repaired. Runs under
 * `withPrefixLock`. `artifact` is the path of the pinned bytes.
 *
 * Throws SYNC_NO_SPACE and what `unpack` throws; nothing is left then but what was there before.
 */
export async function installRelease(doors: StoreDoors, wanted: PinnedArtifact, artifact: string): Promise<Installed> {
  const { declaration, version, pin, platform } = wanted;
  const release = releaseName(version, pin.sha256);
  return journalled(
    doors.context.journal,
    {
      action: 'sync.install',
      purpose: `${declaration.name} ${version} on ${platform.id}`,
      details: { release, url: pin.url, sha256: pin.sha256, size: pin.size },
    },
    () => place(doors, wanted, artifact, release),
    ({ how, path, recordSha256 }) => ({ how, path, record: recordSha256 }),
  );
}

async function place(doors: StoreDoors, wanted: PinnedArtifact, artifact: string, release: string): Promise<Installed> {
  const { context, trees } = doors;
  const root = releaseRoot(wanted.declaration);
  const path = root.release(release);
  const isThere = context.files.stat(path) !== null;
  const judged = isThere ? await judgeRelease(doors, path, 'hash', wanted.pin) : undefined;
  if (judged?.problems.length === 0 && judged.installed !== undefined) {
    return { release, path, how: 'reused', recordSha256: judged.installed.sha256, problems: 0 };
  }
  const isActive = trees.readLink(root.current) === release;
  const needsStand = isThere && isActive;
  checkSpace(doors, wanted, root.path, needsStand ? 2 : 1);
  // Unpacked twice, as `current` must lead to a whole release while the broken one is moved away.
  const stand = needsStand ? await build(doors, wanted, artifact, 'repair') : null;
  // What runs may be the broken one: should this run be killed, the next one restarts and proves it.
  if (isActive) writePending(context, root, pendingRepair(context, release));
  if (stand !== null) trees.replaceLink(root.current, stand);
  if (isThere) setAside(doors, wanted.declaration.name, root, release, judged?.problems.length ?? 0);
  const staging = await build(doors, wanted, artifact, 'staging');
  trees.renameDirectory(root.release(staging), path);
  if (stand !== null) {
    trees.replaceLink(root.current, release);
    trees.removeTree(root.release(stand));
  }
  const record = readRecord(context.files, path);
  if (!record.known) throw new ValopsError('FILE_NOT_PROVEN', record.reason, { hint: 'Check the medium (dmesg).' });
  const how = isThere || isActive ? 'repaired' : 'new';
  return { release, path, how, recordSha256: record.value.sha256, problems: judged?.problems.length ?? 0 };
}

function pendingRepair({ randomBytes, clock }: StoreDoors['context'], release: string): PendingSwitch {
  return {
    schema: 'valops/pending-switch/1',
    id: Buffer.from(randomBytes(8)).toString('hex'),
    kind: 'sync',
    from: release,
    to: release,
    fromProven: false,
    direction: 'forth',
    startedAt: clock.now().toISOString(),
  };
}

/** Unpacks into a private directory beside the releases and answers its name. Nothing is left after a throw. */
async function build(
  doors: StoreDoors,
  wanted: PinnedArtifact,
  artifact: string,
  kind: 'staging' | 'repair',
): Promise<string> {
  const { context, trees } = doors;
  const { declaration, version, pin, platform } = wanted;
  const root = releaseRoot(declaration);
  const name = privateName(kind, context.randomBytes);
  const path = root.release(name);
  trees.createDirectory(path, { mode: 0o700 });
  try {
    await unpack(doors, wanted, artifact, path);
    const record = encodeRecord({
      schema: 'valops/release/1',
      name: declaration.name,
      version,
      platform: platform.id,
      artifact: { url: pin.url, size: pin.size, sha256: pin.sha256 },
      files: installedFiles(pin),
      verified: pin.verified.map((one) => ({ ...one, signers: [...one.signers] })),
      installedAt: context.clock.now().toISOString(),
      tool: `${context.tool.name} ${context.tool.version}`,
    });
    context.files.create(join(path, recordName), record, { mode: 0o444 });
    trees.setMode(path, 0o755);
    return name;
  } catch (error) {
    trees.removeTree(path);
    throw error;
  }
}

function setAside(
  { context, trees }: StoreDoors,
  name: string,
  root: ReturnType<typeof releaseRoot>,
  release: string,
  problems: number,
): void {
  const aside = root.release(privateName('broken', context.randomBytes));
  trees.renameDirectory(root.release(release), aside);
  context.events.emit({
    kind: 'warning',
    message: `the installed release "${release}" of "${name}" differed from its pin in ${problems} places and is set aside`,
    hint: `Find out who changed it: ls -lR '${aside}'; "valops sync prune ${name}" removes it.`,
  });
}

function checkSpace({ trees }: StoreDoors, { declaration, version, pin }: PinnedArtifact, at: string, times: number) {
  const needed = times * Object.values(pin.files).reduce((sum, { size }) => sum + size + 4096, 0) + reserve;
  const free = trees.freeSpace(at);
  if (free >= needed) return;
  throw new ValopsError(
    'SYNC_NO_SPACE',
    `"${declaration.name}" ${version} needs ${needed} bytes below "${at}", ${free} are free`,
    { hint: `Free some: valops sync prune ${declaration.name}` },
  );
}
