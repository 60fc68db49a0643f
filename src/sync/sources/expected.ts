import { ValopsError } from '../../lib/errors.ts';
import type { FetchRequest } from '../source.ts';

/** What the caller knows beforehand about the bytes. */
type Expected = Pick<FetchRequest, 'limit' | 'size'>;

/**
 * Compares a size with what was expected, before bytes are copied. Throws SYNC_SOURCE_FAILED above
 * the limit and SYNC_CHECKSUM_MISMATCH for another size than expected. `from` names the file.
 */
export function checkSize(from: string, size: number, { limit, size: expected }: Expected): void {
  if (size > limit) {
    throw new ValopsError('SYNC_SOURCE_FAILED', `"${from}" has ${size} bytes, more than the ${limit} allowed`, {
      hint: 'Check that it is the file meant.',
    });
  }
  if (expected !== undefined && size !== expected) {
    throw new ValopsError('SYNC_CHECKSUM_MISMATCH', `expected ${expected} bytes in "${from}", found ${size}`, { hint });
  }
}

/** Throws SYNC_CHECKSUM_MISMATCH for another digest (lowercase hex) than expected. */
export function checkDigest(from: string, sha256: string, expected: string | undefined): void {
  if (expected === undefined || sha256 === expected) return;
  throw new ValopsError('SYNC_CHECKSUM_MISMATCH', `expected sha256 ${expected} of "${from}", got ${sha256}`, { hint });
}

const hint = 'Do not use this file: find out who changed it, and get it again from where it was published.';
