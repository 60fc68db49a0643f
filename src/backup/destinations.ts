import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { readCatalogue } from './catalogue-file.ts';
import type { BackupCopy } from './catalogue.ts';
import { isUnmounted } from './mount-point.ts';
import { isWithin } from './refusals.ts';

/**
 * The directories to write to, without links. Throws USAGE without any, and
 * BACKUP_DESTINATION_UNSAFE for one that is not there or whose last copy was written to a medium that is not mounted
 * now (what is backed up must not land on the disk below), is named twice, or is in what is backed up.
 */
export function resolveDestinations(
  context: Context,
  given: readonly string[],
  include: readonly string[],
): readonly string[] {
  if (given.length === 0) {
    throw new ValopsError('USAGE', 'there is no directory to write the backup to', {
      hint: 'Name one with --to DIR, or below "backup: to:" in valops.yaml.',
    });
  }
  const copies = (readCatalogue(context)?.backups ?? []).flatMap((entry) => entry.copies);
  const resolved: string[] = [];
  for (const directory of given) {
    const path = realDirectory(context, directory);
    const twin = resolved.find((one) => context.files.isSame(one, path));
    if (twin !== undefined) {
      throw unsafe(`"${directory}" and "${twin}" are one directory: the two copies would be one`, 'Name it once.');
    }
    const holder = include.find((one) => isWithin(path, one));
    if (holder !== undefined) {
      throw unsafe(
        `"${directory}" lies in "${holder}", which is backed up: every backup would hold the ones before it`,
        'Name a directory outside of it.',
      );
    }
    refuseUnmounted(context, path, copies);
    resolved.push(path);
  }
  return resolved;
}

function refuseUnmounted(context: Context, directory: string, copies: readonly BackupCopy[]): void {
  const last = copies.findLast(({ path }) => dirname(path) === directory);
  if (!isUnmounted(context, directory, last?.mountPoint)) return;
  throw unsafe(
    `nothing is mounted at "${last?.mountPoint}" now: "${directory}" was on that medium when "${last?.path}" was written`,
    'Mount the medium. If backups are to go to this disk from now on, give them another directory.',
  );
}

function realDirectory(context: Context, directory: string): string {
  let path: string;
  try {
    path = context.files.realPath(directory);
  } catch (cause) {
    if (!(cause instanceof ValopsError) || cause.code !== 'FILE_NOT_FOUND') throw cause;
    throw unsafe(
      `the destination "${directory}" is not there`,
      'Mount the medium and make the directory on it; it is not made for you.',
    );
  }
  if (context.files.stat(path)?.type === 'directory') return path;
  throw unsafe(`the destination "${directory}" is not a directory`, 'Name a directory with --to.');
}

function unsafe(message: string, hint: string): ValopsError {
  return new ValopsError('BACKUP_DESTINATION_UNSAFE', message, { hint });
}
