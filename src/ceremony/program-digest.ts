import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import type { Context } from '../core/context.ts';
import { filesBelow, hashFiles } from './media.ts';

/**
 * One SHA-256 (lowercase hex) over this program as it is installed at `root`: over the lines which
 * `sha256sum` prints for `package.json` and every file of `bin` and `dist`, in the order of `LC_ALL=C sort`.
 */
export async function programDigest(context: Context, root: string): Promise<string> {
  const paths = ['bin', 'dist'].flatMap((folder) => filesBelow(context, join(root, folder)));
  const digest = createHash('sha256');
  for (const { path, sha256 } of await hashFiles(context, [...paths, join(root, 'package.json')])) {
    digest.update(`${sha256}  ${relative(root, path)}\n`);
  }
  return digest.digest('hex');
}
