import { isDeepStrictEqual } from 'node:util';
import type { PinnedBinary } from './pin.ts';
import { compareVersions } from './versions.ts';

/** What a new pin changes, for the person who is to agree. */
export interface PinComparison {
  /** One line each; empty when the bytes are the same. */
  readonly changes: readonly string[];
  readonly warnings: readonly string[];
}

/** Compares a proposed pin with the one there is, if any. Pure. */
export function comparePins(present: PinnedBinary | undefined, proposed: PinnedBinary): PinComparison {
  if (present === undefined) return { changes: ['first pin'], warnings: [] };
  const changes: string[] = [];
  const warnings: string[] = [];
  if (present.version !== proposed.version) changes.push(`version ${present.version} becomes ${proposed.version}`);
  if (compareVersions(proposed.version, present.version) < 0) {
    warnings.push(`${proposed.version} is older than ${present.version}, which is pinned now: this is a downgrade`);
  }
  for (const id of new Set([...Object.keys(present.platforms), ...Object.keys(proposed.platforms)])) {
    const before = present.platforms[id];
    const after = proposed.platforms[id];
    if (before?.sha256 !== after?.sha256) {
      changes.push(`${id}: sha256 ${before?.sha256 ?? 'of nothing'} becomes ${after?.sha256 ?? 'no longer pinned'}`);
      if (before !== undefined && after !== undefined && present.version === proposed.version) {
        warnings.push(`${id}: the publisher changed the bytes of ${present.version}; ask why before you agree`);
      }
    } else {
      if (!isDeepStrictEqual(before?.files, after?.files))
        changes.push(`${id}: installs other files of the same artifact`);
      if (!isDeepStrictEqual(before?.evidence, after?.evidence))
        changes.push(`${id}: other files prove the same artifact`);
    }
    const gone = before?.verified.flatMap(({ signers }) => signers) ?? [];
    const now = new Set(after?.verified.flatMap(({ signers }) => signers));
    const missing = gone.filter((signer) => !now.has(signer));
    if (missing.length > 0) changes.push(`${id}: no longer signed by ${missing.join(', ')}`);
  }
  return { changes, warnings };
}
