import { resolve } from 'node:path';
import type { Context } from '../core/context.ts';
import { digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { readCatalogue } from './catalogue-file.ts';
import { locateWithKey } from './locate.ts';
import type { BackupIdentity } from './manifest.ts';
import { withOpeningKeys, type OpeningArguments } from './open-backup-keys.ts';
import { proveIdentities } from './open-backup-proof.ts';
import { openBackup, type OpenedBackup } from './open-backup.ts';
import { identityAt, lookAtPlaces } from './restore-look.ts';
import { planRestore, type RestorePlan } from './restore-plan.ts';
import { refusalError } from './restore-refusal.ts';
import { selectMembers } from './restore-select.ts';
import { writeSteps } from './restore-write.ts';

/** What a restore is asked for. */
export interface RestoreBackupRequest extends OpeningArguments {
  readonly file: string;
  /** Members by name or path, identities by public id; everything when empty. */
  readonly only: readonly string[];
  /** Directory below which everything is put; `/` when undefined. */
  readonly root: string | undefined;
  /** `USER[:GROUP]` of all that is written, in place of the recorded owners. */
  readonly owner: string | undefined;
  /** Keep a double-sign state that is newer than the backup's, and restore the rest. */
  readonly keepState: boolean;
  /**
   * Answers how it is known that no other host runs the identities (for the journal), or null to
   * stop. Called only when something would be written.
   */
  readonly agree: (plan: RestorePlan) => Promise<string | null>;
}

/** What became of a restore. */
export interface BackupRestored {
  readonly verdict: 'restored' | 'nothing-to-do' | 'planned';
  readonly plan: RestorePlan;
  /** Lowercase hex, of the sealed file. */
  readonly sha256: string;
  /** Public ids that were derived again from the files in place. */
  readonly proven: readonly string[];
}

/**
 * Brings back what a backup holds: opens it whole in memory, proves it, plans, asks, writes, and
 * derives every identity again from the disk. What is there already stays, so that a restore which
 * was cut short is completed by the next. Throws IDENTITY_FOREIGN, BACKUP_STATE_NEWER,
 * KEY_UNSAFE_MODE and BACKUP_PLACE_TAKEN before anything is written; BACKUP_DAMAGED, PLAN_STALE,
 * IDENTITY_UNPROVEN, the AGE_ and ESCROW_ codes of opening.
 */
export async function restoreBackup(context: Context, request: RestoreBackupRequest): Promise<BackupRestored> {
  const { file, only, root } = request;
  let fenced: string | null = null;
  let id: string | undefined;
  const agree: RestoreBackupRequest['agree'] = async (plan) => (fenced = await request.agree(plan));
  return withOpeningKeys(
    context,
    request,
    {
      action: 'backup.restore',
      purpose: `restore to ${root ?? '/'}`,
      details: { opens: [file], ...(only.length === 0 ? {} : { only: [...only] }) },
    },
    async (keys, note) => {
      const identities = keys.map(({ identity }) => identity);
      const opened = await openTelling(context, file, identities);
      try {
        note(file, opened);
        id = opened.manifest.id;
        await proveIdentities(opened);
        return await restoreOpened(context, { ...request, agree }, opened, identities);
      } finally {
        opened.wipe();
      }
    },
    ({ verdict, plan, sha256, proven }) => ({
      ...{ verdict, backup: id, sha256, of: plan.backup.host, identities: [...proven] },
      ...(plan.deploys.length === 0 || fenced === null ? {} : { fenced }),
      steps: plan.steps.map(({ path, action }) => ({ path, action })),
    }),
  );
}

/** Where no key fits, the catalogue may know whose would; where the file is damaged, it is told where. */
async function openTelling(
  context: Context,
  file: string,
  identities: Parameters<typeof openBackup>[2],
): Promise<OpenedBackup> {
  try {
    return await openBackup(context, file, identities);
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    if (error.code === 'AGE_PAYLOAD_INVALID') {
      const where = await locateWithKey(context, file, identities);
      throw new ValopsError(
        error.code,
        `"${file}" is damaged: ${error.message}${where === undefined ? '' : ` (${where})`}`,
        {
          hint: 'Use another copy, or another backup: valops backup list',
          cause: error,
        },
      );
    }
    if (error.code !== 'AGE_NO_IDENTITY_MATCH') throw error;
    const { sha256 } = await digestFile(context, file);
    const entry = readCatalogue(context)?.backups.find((one) => one.sha256 === sha256);
    if (entry === undefined) throw error;
    const recipients = entry.recipients.map((one) => `${one.class} ${one.type} ${one.fingerprint}`).join(', ');
    throw new ValopsError(error.code, `${error.message}; the catalogue says: sealed to ${recipients}`, {
      hint: 'Give one of these keys with -i, or the shares of the escrow key with --share.',
      cause: error,
    });
  }
}

async function restoreOpened(
  context: Context,
  request: RestoreBackupRequest,
  opened: OpenedBackup,
  identities: Parameters<typeof writeSteps>[1]['identities'],
): Promise<BackupRestored> {
  const root = resolve(request.root ?? '/');
  const { manifest, sha256 } = opened;
  const { members, notes } = selectMembers(manifest, request.only);
  const plan = planRestore({
    manifest,
    root,
    places: await lookAtPlaces(context, opened, members, root),
    owner: request.owner === undefined ? undefined : context.machine.resolveOwner(request.owner),
    self: { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 },
    keepState: request.keepState,
  });
  const shown = { ...plan, notes: [...unknownFile(context, sha256), ...notes, ...plan.notes] };
  const refused = refusalError(plan.refusals);
  if (refused !== null) throw refused;

  const isNeeded = plan.steps.some(({ action }) => action === 'create' || action === 'replace');
  if (isNeeded && (await request.agree(shown)) === null) return { verdict: 'planned', plan: shown, sha256, proven: [] };
  if (isNeeded) await writeSteps(context, { file: request.file, identities, opened }, plan.steps);
  const ids = new Set(members.filter(({ purpose }) => purpose === 'identity').map((one) => one.identity));
  const placed = manifest.identities.filter(({ publicId }) => ids.has(publicId));
  for (const identity of placed) await prove(context, opened, identity, root);
  return {
    verdict: isNeeded ? 'restored' : 'nothing-to-do',
    plan: shown,
    sha256,
    proven: placed.map(({ publicId }) => publicId),
  };
}

async function prove(
  context: Context,
  opened: OpenedBackup,
  { publicId }: BackupIdentity,
  root: string,
): Promise<void> {
  const found = await identityAt(context, opened.manifest, publicId, root);
  if (found?.isOwn === true) return;
  throw new ValopsError(
    'IDENTITY_UNPROVEN',
    `identity "${publicId}" is not in its place after the restore: found ${found === null ? 'none' : `"${found.publicId}"`}`,
    { hint: 'Do not start the validator; check the disk and restore again.' },
  );
}

/** Whoever knows a recipient can seal to it: that a backup opens does not tell who made it. */
function unknownFile(context: Context, sha256: string): readonly string[] {
  const known = readCatalogue(context)?.backups.some((entry) => entry.sha256 === sha256) ?? false;
  if (known) return [];
  return [
    `this file is not in the catalogue of this machine: compare its sha256 with a list of the backed up host: ${sha256}`,
  ];
}
