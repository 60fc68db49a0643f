import { createHash } from 'node:crypto';
import type { Context } from '../core/context.ts';
import { ValopsError } from '../lib/errors.ts';

/**
 * What is under the name of a copy now: `good` (the very bytes), `changed`, `missing`, or
 * `unreadable` (a medium that answers with errors is no proof of anything).
 */
export type CopyState = 'good' | 'changed' | 'missing' | 'unreadable';

/** Size and digest of a sealed file. */
export interface Digest {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Reads a whole file once. Throws FILE_NOT_FOUND, FILE_UNREADABLE. */
export async function digestOf(context: Context, path: string): Promise<Digest> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of context.files.stream(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), size };
}

/** Reads the copy from its medium and compares it. Never throws for what the medium answers. */
export async function copyState(context: Context, path: string, expected: Digest): Promise<CopyState> {
  try {
    const stat = context.files.stat(path);
    if (stat === null) return 'missing';
    if (stat.type !== 'file' || stat.size !== expected.size) return 'changed';
    return (await digestOf(context, path)).sha256 === expected.sha256 ? 'good' : 'changed';
  } catch (error) {
    if (!(error instanceof ValopsError)) throw error;
    return error.code === 'FILE_NOT_FOUND' ? 'missing' : 'unreadable';
  }
}
