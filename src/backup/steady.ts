import type { Context } from '../core/context.ts';
import type { FileStat } from '../core/files.ts';
import { digestBytes, digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';
import { Secret } from '../lib/secret.ts';
import { changing } from './archive.ts';

/** A file that stood still while it was read. */
export interface SteadyFile {
  readonly stat: FileStat;
  /** Lowercase hex. */
  readonly sha256: string;
  /** Its bytes, where they are held in memory until the archive is written. */
  readonly held: Secret | undefined;
}

/** How often a file that changes is read again. */
const attempts = 4;
/** Largest file that is held in memory, in bytes: keys and states are a few KiB. */
const heldLimit = 1 << 20;

/**
 * Reads a small file twice and holds it: all that is said of it later is of the same bytes. Null when
 * there is none. Throws BACKUP_SOURCE_UNSAFE for anything but a regular file, BACKUP_SOURCE_CHANGING.
 */
export function holdSteady(context: Context, path: string, limit = heldLimit): SteadyFile | null {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = context.files.stat(path);
    if (before === null) return null;
    refuseIrregular(path, before);
    const bytes = context.files.read(path, limit);
    const again = context.files.read(path, limit);
    const isSame = isUnchanged(before, context.files.stat(path)) && Buffer.from(bytes).equals(again);
    again.fill(0);
    // read in the middle of a rewrite in place: a length that differs is no whole file
    if (isSame && bytes.length === before.size) {
      return { stat: before, sha256: digestBytes(bytes).sha256, held: new Secret(bytes) };
    }
    bytes.fill(0);
  }
  throw changing(path);
}

/**
 * Digest of a file of any size, which is read again when it is archived. Throws
 * BACKUP_SOURCE_UNSAFE for anything but a regular file, FILE_NOT_FOUND, BACKUP_SOURCE_CHANGING.
 */
export async function hashSteady(context: Context, path: string): Promise<SteadyFile> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = context.files.stat(path);
    if (before === null) throw absent(path);
    refuseIrregular(path, before);
    const { size, sha256 } = await digestFile(context, path);
    if (size === before.size && isUnchanged(before, context.files.stat(path))) {
      return { stat: before, sha256, held: undefined };
    }
  }
  throw changing(path);
}

/** FILE_NOT_FOUND, for a file that valops.yaml declares. */
export function absent(path: string): ValopsError {
  return new ValopsError(
    'FILE_NOT_FOUND',
    `"${path}" is declared in valops.yaml and is not there; nothing was written`,
    {
      hint: 'Correct its path below "backup:", or put the file back.',
    },
  );
}

/** Throws BACKUP_SOURCE_UNSAFE for links, directories and special files. */
export function refuseIrregular(path: string, { type }: FileStat): void {
  if (type === 'file') return;
  const what = { link: 'a symbolic link', directory: 'a directory', other: 'neither a file nor a directory' }[type];
  throw new ValopsError('BACKUP_SOURCE_UNSAFE', `"${path}" is ${what}; nothing was written`, {
    hint:
      type === 'link'
        ? `Declare the file it leads to instead: readlink -f '${path.replaceAll("'", String.raw`'\''`)}'`
        : 'Declare regular files, and for "include" directories of them.',
  });
}

function isUnchanged(before: FileStat, after: FileStat | null): boolean {
  return (
    after !== null &&
    after.type === before.type &&
    after.size === before.size &&
    after.mode === before.mode &&
    after.modifiedAt.getTime() === before.modifiedAt.getTime()
  );
}
