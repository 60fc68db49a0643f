import { join } from 'node:path';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';
import type { FoundFile } from './collect-identity.ts';
import { absent, hashSteady, refuseIrregular } from './steady.ts';

/** What configuration may come to: more is a directory that was named by mistake. */
const mostFiles = 10_000;
const mostBytes = 1 << 30;

/**
 * All files below the named files and directories, each directory in the order of its names. Throws
 * BACKUP_SOURCE_UNSAFE for a link or a special file anywhere, FILE_TOO_LARGE for more than 10,000
 * files or 1 GiB, FILE_NOT_FOUND, BACKUP_SOURCE_CHANGING.
 */
export async function collectInclude(context: Context, include: readonly string[]): Promise<readonly FoundFile[]> {
  const paths = [...new Set(include.flatMap((path) => filesBelow(context, path)))];
  const sizes = paths.map((path) => context.files.stat(path)?.size ?? 0);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (paths.length > mostFiles || total > mostBytes) {
    throw new ValopsError(
      'FILE_TOO_LARGE',
      `"include" comes to ${paths.length} files of ${total} bytes, expected at most ${mostFiles} files and ${mostBytes} bytes`,
      { hint: 'Name the configuration alone: ledgers and databases are fetched again, not restored.' },
    );
  }
  const found: FoundFile[] = [];
  for (const path of paths) {
    found.push({ path, purpose: 'configuration', file: await hashSteady(context, path) });
  }
  return found;
}

function filesBelow(context: Context, path: string): readonly string[] {
  const stat = context.files.stat(path);
  if (stat === null) throw absent(path);
  if (stat.type === 'directory') {
    return context.files.list(path).flatMap((name) => filesBelow(context, join(path, name)));
  }
  refuseIrregular(path, stat);
  return [path];
}
