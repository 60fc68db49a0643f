import { join } from 'node:path';
import { seal } from '../age/engine.ts';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { ValopsError } from '../lib/errors.ts';
import { writeArchive } from './archive.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { readCatalogue, updateCatalogue } from './catalogue-file.ts';
import { collect, type Collected, type CollectRequest } from './collect.ts';
import { contentOf } from './content.ts';
import { completeCopies } from './complete-copies.ts';
import { resolveDestinations } from './destinations.ts';
import { lineOf } from './line.ts';
import type { BackupManifest } from './manifest.ts';
import { hostBackupName, identityBackupName } from './names.ts';
import type { BackupPolicy } from './policy.ts';
import { currentEntry, publishCopies } from './publish-copies.ts';
import { classedRecipients, type ClassedRecipients, type FurtherRecipients } from './recipients.ts';
import { refuseBesideKey, refuseHostOnly } from './refusals.ts';
import { runAlone } from './run-alone.ts';
import { removeLeftovers, stageCopies } from './stage-copies.ts';

export interface CreateRequest extends Omit<CollectRequest, 'journalHead'> {
  readonly policy: BackupPolicy;
  /** Directories to write to; those of the policy when empty. */
  readonly to: readonly string[];
  readonly further: FurtherRecipients;
  /** Name of the host the backup is of. */
  readonly host: string;
}

export interface Created {
  /** `completed`: nothing changed, and a directory lacked its copy. */
  readonly verdict: 'created' | 'completed' | 'unchanged';
  readonly entry: CatalogueEntry;
  /** Paths that were written now. */
  readonly written: readonly string[];
}

/** How often everything is collected anew when a large file changes between its two readings. */
const attempts = 3;

/**
 * Backs up what the policy declares to every destination. Recipients and destinations are judged before
 * anything is read. Nothing is written when the newest backup of the host holds the same and every
 * destination has its copy. Throws USAGE, BACKUP_HOST_ONLY, BACKUP_BESIDE_KEY,
 * BACKUP_DESTINATION_UNSAFE, BACKUP_COPY_FAILED and what `collect` throws.
 */
export async function createBackup(context: Context, request: CreateRequest): Promise<Created> {
  const { policy } = request;
  const recipients = await classedRecipients(context, policy, request.further);
  refuseHostOnly(recipients);
  const given = request.to.length > 0 ? request.to : policy.to;
  const destinations = resolveDestinations(context, given, policy.include);
  await refuseBesideKey(context, destinations, recipients);
  return runAlone(context, () => createSteadily(context, request, { recipients, destinations }));
}

async function createSteadily(
  context: Context,
  request: CreateRequest,
  judged: Pick<Prepared, 'recipients' | 'destinations'>,
): Promise<Created> {
  for (let attempt = 1; ; attempt++) {
    const journalHead = context.journal.head();
    const collected = await collect(context, { ...request, journalHead });
    try {
      return await createFrom(context, request, { ...judged, journalHead, collected });
    } catch (error) {
      const again = error instanceof ValopsError && error.code === 'BACKUP_SOURCE_CHANGING' && attempt < attempts;
      if (!again) throw error;
    } finally {
      collected.wipe();
    }
  }
}

interface Prepared extends Pick<CollectRequest, 'journalHead'> {
  readonly collected: Collected;
  readonly recipients: ClassedRecipients;
  readonly destinations: readonly string[];
}

async function createFrom(context: Context, request: CreateRequest, prepared: Prepared): Promise<Created> {
  const { collected, recipients, destinations } = prepared;
  const manifest = manifestOf(context, request.host, prepared);
  const catalogue = readCatalogue(context) ?? updateCatalogue(context, (now) => now);
  const content = contentOf(manifest, catalogue.salt);
  const isOfIdentity = manifest.identities.length === 1 && request.policy.include.length === 0;
  const file = nameOf(context, manifest, isOfIdentity, destinations);
  const line = lineOf({ ...manifest, file });
  const newest = catalogue.backups.findLast((entry) => lineOf(entry) === line);
  for (const directory of destinations) await removeLeftovers(context, directory);
  if (newest?.content === content) {
    const completed = await completeCopies(context, newest, destinations);
    if (completed !== null) return completed;
  }
  return journalled(
    context.journal,
    {
      action: 'backup.create',
      purpose: `back up ${request.host}`,
      keys: recipients.listed.map(({ fingerprint }) => fingerprint),
      details: {
        id: manifest.id,
        file,
        to: destinations,
        publicIds: manifest.identities.map(({ publicId }) => publicId),
      },
    },
    async () => {
      const archive = writeArchive(manifest, collected.sources);
      const paths = destinations.map((directory) => join(directory, file));
      const staged = await stageCopies(context, paths, seal(archive, recipients.recipients));
      const { sha256, size } = staged;
      const entry: CatalogueEntry = { ...entryOf(manifest), file, sha256, size, content, copies: [] };
      const written = await publishCopies(context, entry, staged, isOfIdentity);
      return { verdict: 'created', entry: currentEntry(context, entry), written } as const;
    },
    ({ entry, written }) => ({ sha256: entry.sha256, written }),
  );
}

function manifestOf(context: Context, host: string, prepared: Prepared): BackupManifest {
  const { identities, sources } = prepared.collected;
  return {
    schema: 'valops/backup/1',
    id: Buffer.from(context.randomBytes(8)).toString('hex'),
    host,
    createdAt: context.clock.now().toISOString(),
    tool: `${context.tool.name} ${context.tool.version}`,
    identities,
    members: sources.map(({ member }) => member),
    recipients: prepared.recipients.listed,
    journalHead: prepared.journalHead,
  };
}

function entryOf(
  manifest: BackupManifest,
): Pick<CatalogueEntry, 'id' | 'host' | 'createdAt' | 'recipients' | 'identities'> {
  const { id, host, createdAt, recipients } = manifest;
  return {
    id,
    host,
    createdAt,
    recipients,
    identities: manifest.identities.map(({ kind, publicId }) => ({ kind, publicId })),
  };
}

function nameOf(
  context: Context,
  { identities, host, createdAt, id }: BackupManifest,
  isOfIdentity: boolean,
  destinations: readonly string[],
): string {
  if (isOfIdentity) return identityBackupName(identities[0]?.publicId ?? '');
  const name = hostBackupName(host, createdAt);
  const isTaken = destinations.some((directory) => context.files.stat(join(directory, name)) !== null);
  return isTaken ? hostBackupName(`${host}-${id}`, createdAt) : name;
}
