import { dirname, join, relative, resolve, sep } from 'node:path';
import { ValopsError } from '../../lib/errors.ts';
import type { SyncDoors } from '../source.ts';

/** As many links as Linux follows (path_resolution(7)). */
const mostLinks = 40;

/**
 * The path of a regular file below the directory `root`, with the links on the way replaced by what
 * they lead to. Throws SYNC_SOURCE_FAILED when it is missing, no regular file, or when its name or a
 * link leads out of the directory.
 */
export function pathInside(doors: Pick<SyncDoors, 'context' | 'trees'>, root: string, file: string): string {
  const fault = (what: string, hint: string): ValopsError =>
    new ValopsError('SYNC_SOURCE_FAILED', `"${file}" in "${root}" ${what}`, { hint });
  let rest = stepsOf(resolve(root, file), root);
  let path = root;
  let links = 0;
  while (rest !== null) {
    const [step, ...after] = rest;
    if (step === undefined) break;
    const next = join(path, step);
    const stat = doors.context.files.stat(next);
    if (stat === null) {
      throw fault('does not exist', `Look at what is there: ls -l '${path.replaceAll("'", String.raw`'\''`)}'`);
    }
    if (stat.type === 'link') {
      links++;
      if (links > mostLinks) throw fault('goes round in links', 'Replace the links by the file itself.');
      const target = doors.trees.readLink(next) ?? '';
      rest = stepsOf(resolve(dirname(next), target, ...after), root);
      path = root;
      continue;
    }
    if (after.length === 0 && stat.type !== 'file') throw fault('is not a regular file', 'Name a file.');
    path = next;
    rest = after;
  }
  if (rest !== null && path !== root) return path;
  throw fault('leads out of that directory', 'Copy the file itself into the directory, without links.');
}

/** The names from the directory to the path; null when it is not below. */
function stepsOf(path: string, root: string): readonly string[] | null {
  const below = relative(root, path);
  return below === '..' || below.startsWith(`..${sep}`) ? null : below.split(sep).filter((step) => step !== '');
}
