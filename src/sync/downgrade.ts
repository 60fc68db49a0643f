import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import { compareVersions } from './versions.ts';

/** Throws SYNC_DOWNGRADE for a version older than the declared `minimum`, which may never be active again. */
export function refuseBelowMinimum({ name, minimum }: Declaration, version: string): void {
  if (minimum === undefined || compareVersions(version, minimum) >= 0) return;
  throw new ValopsError(
    'SYNC_DOWNGRADE',
    `"${name}" ${version} is older than ${minimum}, the oldest that may be active (minimum in valops.yaml)`,
    { hint: `Pin ${minimum} or later: valops sync pin ${name} ${minimum}` },
  );
}
