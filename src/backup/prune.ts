import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import type { BackupCopy, CatalogueEntry } from './catalogue.ts';
import { readCatalogue, updateCatalogue } from './catalogue-file.ts';
import { copyState } from './copy-state.ts';
import { isUnmounted } from './mount-point.ts';
import type { BackupPolicy } from './policy.ts';
import { planPrune, type PrunePlan } from './prune-plan.ts';
import { runAlone } from './run-alone.ts';

export interface PruneRequest {
  readonly keep: BackupPolicy['keep'];
  /** Show and stop. */
  readonly planOnly: boolean;
  /** Answers whether to go on; called only when something would be removed. */
  readonly agree: (plan: PrunePlan) => Promise<boolean>;
}

export interface Pruned extends PrunePlan {
  readonly verdict: 'pruned' | 'planned' | 'nothing-to-do';
  /** Backups of which no copy is left. */
  readonly gone: readonly string[];
  /** Files that were removed. */
  readonly removed: readonly string[];
  /** Copies that stay in the catalogue, and why they could not be removed. */
  readonly left: readonly { readonly path: string; readonly reason: string }[];
}

/**
 * Removes the backups that retention does not keep: of each every copy, then its entry in the
 * catalogue. A file is removed only when it is that very backup. A copy on a medium that is not here
 * stays in the catalogue, to be removed another time. Throws BACKUP_CATALOGUE_BROKEN,
 * FILE_UNWRITABLE.
 */
export async function pruneBackups(context: Context, request: PruneRequest): Promise<Pruned> {
  const catalogue = readCatalogue(context);
  if (catalogue === null) return { kept: [], doomed: [], verdict: 'nothing-to-do', gone: [], removed: [], left: [] };
  const plan = await planPrune(context, catalogue, request.keep);
  if (plan.doomed.length === 0) return { ...plan, verdict: 'nothing-to-do', gone: [], removed: [], left: [] };
  if (request.planOnly || !(await request.agree(plan)))
    return { ...plan, verdict: 'planned', gone: [], removed: [], left: [] };
  return runAlone(context, () => carryOut(context, request, plan));
}

async function carryOut(context: Context, request: PruneRequest, plan: PrunePlan): Promise<Pruned> {
  // the answer took its time: what was good then may be gone, and a proof may have come
  const now = readCatalogue(context);
  const still = now === null ? { kept: [], doomed: [] } : await planPrune(context, now, request.keep);
  const doomed = still.doomed.filter(({ entry }) => plan.doomed.some((one) => one.entry.id === entry.id));
  const gone: string[] = [];
  const removed: string[] = [];
  const left: { readonly path: string; readonly reason: string }[] = [];
  return journalled(
    context.journal,
    {
      action: 'backup.prune',
      purpose: `keep ${request.keep.count} backups, ${request.keep.days} days`,
      details: { backups: doomed.map(({ entry }) => ({ id: entry.id, host: entry.host, file: entry.file })) },
    },
    async () => {
      for (const { entry } of doomed) {
        const staying: BackupCopy[] = [];
        for (const copy of entry.copies) {
          const reason = await removeCopy(context, entry, copy, removed);
          if (reason === null) continue;
          left.push({ path: copy.path, reason });
          staying.push(copy);
        }
        forgetCopies(context, entry, staying);
        if (staying.length === 0) gone.push(entry.id);
      }
      return { kept: still.kept, doomed, verdict: 'pruned', gone, removed, left } as const;
    },
    () => ({ gone, removed, left: left.map(({ path }) => path) }),
  );
}

/** Null when the copy is gone now; else why it is not. */
async function removeCopy(
  context: Context,
  entry: CatalogueEntry,
  { path, mountPoint }: BackupCopy,
  removed: string[],
): Promise<string | null> {
  const state = await copyState(context, path, entry);
  if (state === 'good') {
    context.files.remove(path);
    removed.push(path);
    return null;
  }
  if (state === 'missing') {
    const directory = dirname(path);
    const isAway = context.files.stat(directory) === null || isUnmounted(context, directory, mountPoint);
    return isAway ? 'its medium is not mounted' : null;
  }
  return state === 'changed'
    ? 'it is not that backup any more; look at it, then remove it by hand'
    : 'it cannot be read';
}

/** Without a copy left the entry goes; proofs of a backup that is gone prove nothing. */
function forgetCopies(context: Context, { id }: CatalogueEntry, staying: readonly BackupCopy[]): void {
  updateCatalogue(context, (now) => {
    if (staying.length > 0) {
      return { ...now, backups: now.backups.map((one) => (one.id === id ? { ...one, copies: staying } : one)) };
    }
    return {
      ...now,
      backups: now.backups.filter((one) => one.id !== id),
      drills: now.drills.filter(({ backup }) => backup !== id),
    };
  });
}
