import { basename, dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { BackupCopy, CatalogueEntry } from './catalogue.ts';
import { readCatalogue, updateCatalogue } from './catalogue-file.ts';
import { copyState } from './copy-state.ts';
import { mountPointOf } from './mount-point.ts';
import { setAside } from './set-aside.ts';
import { attempt, type FailedCopy, type StagedCopies } from './stage-copies.ts';

/**
 * Gives staged copies their names, one after the other; each is read back from its medium and then
 * entered in the catalogue, where the backup itself is entered first. `replaces`: a copy under this
 * name is an older backup of the same identity and is kept aside. Throws BACKUP_COPY_FAILED when one
 * of them failed, saying which are good; those stay and are in the catalogue.
 */
export async function publishCopies(
  context: Context,
  entry: CatalogueEntry,
  { copies, failed: before }: Pick<StagedCopies, 'copies' | 'failed'>,
  replaces: boolean,
): Promise<readonly string[]> {
  const failed: FailedCopy[] = [...before];
  const good: string[] = [];
  enter(context, entry);
  for (const { path, staged } of copies) {
    const done = await attempt(path, failed, async () => {
      if (replaces) await setAside(context, dirname(path), basename(path));
      await staged.publish(replaces ? 'replace' : 'exclusive');
      if ((await copyState(context, path, entry)) !== 'good') {
        context.files.remove(path);
        throw new ValopsError('FILE_NOT_PROVEN', `"${path}" reads back other bytes than were written to it`);
      }
    });
    await staged.discard();
    if (!done) continue;
    addCopy(context, entry, path);
    good.push(path);
  }
  if (failed.length === 0) return good;
  if (good.length === 0 && entry.copies.length === 0) forget(context, entry.id);
  throw copiesFailed(failed, [...entry.copies.map(({ path }) => path), ...good]);
}

function enter(context: Context, entry: CatalogueEntry): void {
  updateCatalogue(context, (now) =>
    now.backups.some(({ id }) => id === entry.id) ? now : { ...now, backups: [...now.backups, entry] },
  );
}

/** Enters a copy that was just read back, in place of what was known under its path. */
export function addCopy(context: Context, { id }: CatalogueEntry, path: string): void {
  const at = context.clock.now().toISOString();
  const copy: BackupCopy = { path, writtenAt: at, verifiedAt: at, mountPoint: mountPointOf(context, path) };
  updateCatalogue(context, (now) => ({
    ...now,
    backups: now.backups.map((one) =>
      one.id === id ? { ...one, copies: [...one.copies.filter((known) => known.path !== path), copy] } : one,
    ),
  }));
}

/** The entry as the catalogue has it now. */
export function currentEntry(context: Context, entry: CatalogueEntry): CatalogueEntry {
  return readCatalogue(context)?.backups.find(({ id }) => id === entry.id) ?? entry;
}

function forget(context: Context, id: string): void {
  updateCatalogue(context, (now) => ({ ...now, backups: now.backups.filter((one) => one.id !== id) }));
}

function copiesFailed(failed: readonly FailedCopy[], good: readonly string[]): ValopsError {
  const reasons = failed.map(({ path, error }) => `"${path}": ${error.message}`).join('; ');
  const left = good.length === 0 ? 'no copy is good' : `good: ${good.map((path) => `"${path}"`).join(', ')}`;
  const [first] = failed;
  return new ValopsError('BACKUP_COPY_FAILED', `${failed.length} of the copies failed: ${reasons}; ${left}`, {
    hint: first?.error.hint ?? 'Check the medium (dmesg), then run the command again: it adds what is missing.',
    cause: first?.error,
  });
}
