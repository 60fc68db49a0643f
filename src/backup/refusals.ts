import { dirname } from 'node:path';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import { mountPointOf } from './mount-point.ts';
import { findPrivateKeys, type KeySearch, type PrivateKey } from './private-keys.ts';
import type { ClassedRecipients } from './recipients.ts';

/** Levels below a destination that are searched for keys. */
const destinationDepth = 16;
/**
 * Levels below the parent of a destination, and below each of its parents on a medium of its own: `/media/usb/keys`
 * beside `/media/usb/backups`.
 */
const besideDepth = 1;

/**
 * Refuses a backup that would die with its host: throws USAGE without any recipient and
 * BACKUP_HOST_ONLY when nobody but hosts could open it.
 */
export function refuseHostOnly({ listed }: ClassedRecipients): void {
  if (listed.length === 0) {
    throw new ValopsError('USAGE', 'the backup has no recipients', {
      hint: 'Name them below "backup: recipients:" in valops.yaml, or with -r RECIPIENT or -R FILE.',
    });
  }
  if (listed.some((one) => one.class !== 'host')) return;
  const keys = listed.map(({ fingerprint }) => fingerprint).join(', ');
  throw new ValopsError(
    'BACKUP_HOST_ONLY',
    `only keys of hosts could open the backup (${keys}): it would be lost with the machine`,
    { hint: 'Add a recipient whose private key is on no host: below "recipients: offline:", or with -r age1….' },
  );
}

/**
 * Refuses destinations beside a private key that opens the backup: whoever takes the directory would
 * have both. Searched are this home, the directories of recipients files, the tree of each
 * destination, what lies beside it, and its parents up to the mount point. Throws BACKUP_BESIDE_KEY.
 */
export async function refuseBesideKey(
  context: Context,
  destinations: readonly string[],
  { listed, files }: ClassedRecipients,
): Promise<void> {
  const wanted = new Set(listed.map(({ fingerprint }) => fingerprint));
  const opening = ({ fingerprints }: PrivateKey): boolean => fingerprints.some((one) => wanted.has(one));
  for (const { tree, keys, untold } of await knownTrees(context, files)) {
    const key = keys.find(opening);
    const beside = destinations.find((path) => isWithin(path, tree) || isWithin(tree, path));
    if (beside === undefined) continue;
    if (key !== undefined) throw besideKey(beside, key.path);
    warnOfUntold(context, beside, untold);
  }
  for (const destination of destinations) {
    const { keys, untold, whole } = await searchAround(context, destination);
    const key = keys.find(opening);
    if (key !== undefined) throw besideKey(destination, key.path);
    warnOfUntold(context, destination, untold);
    if (!whole) {
      context.events.emit({
        kind: 'warning',
        message: `"${destination}" holds too many files to look at all of them for private keys`,
        hint: 'Give backups a directory of their own.',
      });
    }
  }
}

/** Directories that are known to hold keys: this home as a whole, and wherever recipients are listed. */
async function knownTrees(
  context: Context,
  files: readonly string[],
): Promise<readonly (Pick<KeySearch, 'keys' | 'untold'> & { readonly tree: string })[]> {
  const home = await findPrivateKeys(context, context.home.ageDirectory(undefined), destinationDepth);
  const isEmpty = home.keys.length + home.untold.length === 0;
  const trees = isEmpty ? [] : [{ tree: context.files.realPath(context.home.path), ...home }];
  for (const directory of new Set(files.map((path) => dirname(context.files.realPath(path))))) {
    trees.push({ tree: directory, ...(await findPrivateKeys(context, directory, 0)) });
  }
  return trees;
}

async function searchAround(context: Context, destination: string): Promise<KeySearch> {
  const searches = [await findPrivateKeys(context, destination, destinationDepth)];
  const mountPoint = mountPointOf(context, destination);
  for (let at = destination; at !== mountPoint && at !== '/';) {
    const isParent = at === destination;
    at = dirname(at);
    // the root of a machine has everything below it
    const depth = at !== '/' && (isParent || mountPoint !== '/') ? besideDepth : 0;
    searches.push(await findPrivateKeys(context, at, depth));
  }
  return {
    keys: searches.flatMap(({ keys }) => keys),
    // on the disk of the machine protected files of all kinds lie about; on a medium there are few
    untold: (mountPoint === '/' ? searches.slice(0, 1) : searches).flatMap(({ untold }) => untold),
    whole: searches[0]?.whole ?? true,
  };
}

/** True when `path` is `tree` or lies below it; both absolute and without links. */
export function isWithin(path: string, tree: string): boolean {
  return path === tree || path.startsWith(tree === '/' ? '/' : `${tree}/`);
}

function warnOfUntold(context: Context, destination: string, untold: readonly string[]): void {
  const [first, ...others] = untold;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  context.events.emit({
    kind: 'warning',
    message: `"${destination}" is in one directory tree with "${first}"${more}, which a passphrase protects: whether it is a key that opens the backup cannot be told`,
    hint: 'If it is a key, move it away from there, or put its recipient beside it as a .pub file.',
  });
}

function besideKey(destination: string, key: string): ValopsError {
  return new ValopsError(
    'BACKUP_BESIDE_KEY',
    `"${destination}" is in one directory tree with "${key}", a private key that opens the backup`,
    { hint: 'Name a directory on another disk or medium with --to, or move the key away from there.' },
  );
}
