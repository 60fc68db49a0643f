import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { journalled } from '../core/journal.ts';
import { lasting } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { copyState, type CopyState } from './copy-state.ts';
import type { Created } from './create.ts';
import { addCopy, currentEntry, publishCopies } from './publish-copies.ts';
import { stageCopies, type StagedCopies } from './stage-copies.ts';

/**
 * For a backup that still holds everything: nothing when every destination has its copy; else the
 * missing ones are copied from a good one. A copy that a killed run left unrecorded is entered. Null
 * when a copy was changed, or none is left to copy from: then a new backup is due. What stands under
 * the name of an identity's backup and is another one is kept aside. Other copies that are not good
 * are told of. Throws BACKUP_COPY_FAILED.
 */
export async function completeCopies(
  context: Context,
  entry: CatalogueEntry,
  destinations: readonly string[],
): Promise<Created | null> {
  const wanted = destinations.map((directory) => join(directory, entry.file));
  const known = entry.copies.map(({ path }) => path);
  const states = new Map<string, CopyState>();
  for (const path of new Set([...wanted, ...known])) states.set(path, await copyState(context, path, entry));
  const source = [...states].find(([, state]) => state === 'good')?.[0];
  const replaces = entry.file.startsWith('identity-backup-');
  const lacking = wanted.filter((path) => states.get(path) !== 'good');
  const isSpoiled = !replaces && lacking.some((path) => states.get(path) !== 'missing');
  if (source === undefined || isSpoiled) return null;

  for (const path of wanted) if (states.get(path) === 'good' && !known.includes(path)) addCopy(context, entry, path);
  for (const path of known) {
    if (wanted.includes(path) || states.get(path) === 'good') continue;
    context.events.emit({ kind: 'warning', message: `the copy "${path}" of this backup is ${states.get(path) ?? ''}` });
  }
  if (lacking.length === 0) return { verdict: 'unchanged', entry: currentEntry(context, entry), written: [] };
  return journalled(
    context.journal,
    {
      action: 'backup.create',
      purpose: `copy backup ${entry.id} of ${entry.host}`,
      details: { id: entry.id, from: source, to: lacking },
    },
    async () => {
      const staged = await stageCopies(context, lacking, lasting(context.files.stream(source)));
      await refuseOtherBytes(staged, entry, source);
      const written = await publishCopies(context, currentEntry(context, entry), staged, replaces);
      return { verdict: 'completed', entry: currentEntry(context, entry), written } as const;
    },
    ({ written }) => ({ written }),
  );
}

/** The source was good a moment ago; a medium that answers otherwise now must not replace anything. */
async function refuseOtherBytes(staged: StagedCopies, { sha256 }: CatalogueEntry, source: string): Promise<void> {
  if (staged.sha256 === sha256) return;
  for (const copy of staged.copies) await copy.staged.discard();
  throw new ValopsError('FILE_NOT_PROVEN', `"${source}" reads other bytes than a moment ago`, {
    hint: 'Check the medium (dmesg), and take it out of use.',
  });
}
