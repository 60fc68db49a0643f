import type { Context } from '../core/context.ts';
import { type Digest, digestFile } from '../lib/digest.ts';
import { ValopsError } from '../lib/errors.ts';

/**
 * What is under the name of a copy now: `good` (the very bytes), `changed`, `missing`, or
 * `unreadable` (a medium that answers with errors is no proof of anything).
 */
export type CopyState = 'good' | 'changed' | 'missing' | 'unreadable';

/** Reads the copy from its medium and compares it. Never throws for what the medium answers. */
export async function copyState(context: Context, path: string, expected: Digest): Promise<CopyState> {
  try {
    const stat = context.files.stat(path);
    if (stat === null) return 'missing';
    if (stat.type !== 'file' || stat.size !== expected.size) return 'changed';
    return (await digestFile(context, path)).sha256 === expected.sha256 ? 'good' : 'changed';
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return error.code === 'FILE_NOT_FOUND' ? 'missing' : 'unreadable';
  }
}
