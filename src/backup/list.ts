import type { Context } from '../core/context.ts';
import type { BackupCopy, CatalogueEntry, DrillVerdict } from './catalogue.ts';
import { readCatalogue } from './catalogue-file.ts';
import { copyState, type CopyState } from './copy-state.ts';
import { newestVerdict } from './newest-verdict.ts';
import type { RecipientClass } from './manifest.ts';

/** A copy, and what is there now. */
export interface ListedCopy extends BackupCopy {
  readonly state: CopyState;
}

/** The newest verdict of one recipient class on one backup. */
export type ListedProof = Pick<DrillVerdict, 'class' | 'at' | 'passed' | 'detail' | 'keys'>;

/** A backup as this home knows it. */
export interface ListedBackup extends Omit<CatalogueEntry, 'copies' | 'content'> {
  readonly copies: readonly ListedCopy[];
  readonly proofs: readonly ListedProof[];
}

const classes: readonly RecipientClass[] = ['host', 'offline', 'escrow'];

/**
 * All backups in the catalogue, oldest first; every copy is read from its medium and compared.
 * Throws BACKUP_CATALOGUE_BROKEN.
 */
export async function listBackups(context: Context): Promise<readonly ListedBackup[]> {
  const catalogue = readCatalogue(context);
  const listed: ListedBackup[] = [];
  const entries = catalogue?.backups ?? [];
  for (const entry of entries) {
    const copies: ListedCopy[] = [];
    for (const copy of entry.copies) copies.push({ ...copy, state: await copyState(context, copy.path, entry) });
    const { id, host, createdAt, file, sha256, size, recipients, identities } = entry;
    const proofs = newestProofs(catalogue?.drills ?? [], [id]);
    listed.push({ id, host, createdAt, file, sha256, size, recipients, identities, copies, proofs });
  }
  return listed;
}

/** The newest verdict of each class on any of the backups named. */
export function newestProofs(drills: readonly DrillVerdict[], backups: readonly string[]): readonly ListedProof[] {
  return classes.flatMap((one) => {
    const newest = newestVerdict(drills.filter((drill) => drill.class === one && backups.includes(drill.backup)));
    if (newest === undefined) return [];
    const { at, passed, detail, keys } = newest;
    return [{ class: one, at, passed, detail, keys }];
  });
}
