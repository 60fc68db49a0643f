import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { FileStat } from '../core/files.ts';
import { ValopsError } from '../lib/errors.ts';
import type { SyncDoors } from './source.ts';
import { octal } from '../lib/octal.ts';

/** What the release store needs of the doors. */
export type StoreDoors = Pick<SyncDoors, 'context' | 'trees'>;

/** Most links on the way to a path, as in the kernel (path_resolution(7)). */
const mostLinks = 40;

/** The numeric user this process acts as. */
export function ownUid({ machine }: Pick<StoreDoors['context'], 'machine'>): number {
  // with a group given, a number without an entry in passwd(5) is taken as well
  return machine.resolveOwner(`${machine.user()}:0`).uid;
}

/**
 * The real path of a prefix, which nobody but root and this user can make lead elsewhere or write to:
 * neither the prefix nor a directory or link on the way to it. Missing parts at the end are fine. A
 * directory like `/tmp`, with the sticky bit, may be on the way. Access lists are not looked at.
 *
 * Throws SYNC_UNSAFE_PREFIX naming the directory and what is wrong with it.
 */
export function safePrefix({ context, trees }: StoreDoors, prefix: string): string {
  if (!isAbsolute(prefix) || resolve(prefix) !== prefix || prefix === '/') {
    throw unsafe(prefix, `"${prefix}" is not a plain absolute path`, 'Give one like /opt/valops.');
  }
  const trusted = new Set([0, ownUid(context)]);
  let ahead = prefix.split(sep).slice(1);
  let path = '/';
  judge(context.files.stat(path), path, prefix, trusted, false);
  for (let links = 0; ahead.length > 0;) {
    const [step = '', ...rest] = ahead;
    const next = step === '..' ? dirname(path) : join(path, step);
    const stat = context.files.stat(next);
    if (stat === null) return join(next, ...rest);
    judge(stat, next, prefix, trusted, rest.length === 0);
    if (stat.type === 'link') {
      if (++links > mostLinks) throw unsafe(prefix, `"${next}" is one of too many links`, 'Name the directory itself.');
      const target = trees.readLink(next) ?? '';
      ahead = [...target.split(sep).filter((one) => one !== '' && one !== '.'), ...rest];
      if (isAbsolute(target)) path = '/';
    } else {
      [ahead, path] = [rest, next];
    }
  }
  return path;
}

function judge(
  stat: FileStat | null,
  path: string,
  prefix: string,
  trusted: ReadonlySet<number>,
  isLast: boolean,
): void {
  if (stat === null) return;
  if (!trusted.has(stat.uid)) {
    const hint = `Give it to root: chown root: '${path}'`;
    throw unsafe(prefix, `"${path}" belongs to user ${stat.uid}, neither root nor the one who runs this`, hint);
  }
  // a link's own mode says nothing
  if (stat.type === 'link') return;
  if (stat.type !== 'directory') throw unsafe(prefix, `"${path}" is not a directory`, 'Choose another prefix.');
  const isSticky = (stat.mode & 0o1000) !== 0;
  if ((stat.mode & 0o022) === 0 || (isSticky && !isLast)) return;
  const hint = `Take that away: chmod go-w '${path}'`;
  throw unsafe(prefix, `others may write to "${path}" (mode ${octal(stat.mode)})`, hint);
}

function unsafe(prefix: string, what: string, hint: string): ValopsError {
  return new ValopsError('SYNC_UNSAFE_PREFIX', `"${prefix}" is no safe place for binaries: ${what}`, { hint });
}
