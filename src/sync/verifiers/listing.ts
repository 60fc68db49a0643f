import { ValopsError } from '../../lib/errors.ts';
import type { Artifact } from '../verifier.ts';
import { type ListedChecksum, readChecksums } from './formats/checksum-list.ts';

/** What a sums file says about an artifact. `problem` is one clause for a message. */
export type Listing =
  { readonly state: 'agrees' } | { readonly state: 'silent' | 'disagrees'; readonly problem: string };

/**
 * Looks an artifact up in a sums file: by its whole name, else by the last part of the listed paths.
 * It agrees when every strong digest listed for it is the artifact's, and all lines say the same.
 */
export async function listingOf(artifact: Artifact, sums: string, file: string): Promise<Listing> {
  const all = readChecksums(sums);
  if (all.length === 0) return { state: 'silent', problem: `"${file}" holds no SHA-256 or SHA-512 checksums` };
  const whole = all.filter(({ path }) => path === artifact.name);
  const found = whole.length > 0 ? whole : all.filter(({ path }) => path.split('/').at(-1) === artifact.name);
  if (found.length === 0) {
    return { state: 'silent', problem: `"${file}" does not list "${artifact.name}" among its ${all.length} files` };
  }
  for (const listed of found) {
    const other = found.find((one) => one.algorithm === listed.algorithm && one.digest !== listed.digest);
    if (other !== undefined) return { state: 'disagrees', problem: twice(artifact, file, listed, other) };
    const actual = listed.algorithm === 'sha256' ? artifact.sha256 : await artifact.digest('sha512');
    if (listed.digest !== actual) {
      return {
        state: 'disagrees',
        problem: `"${file}" lists "${artifact.name}" with ${listed.algorithm} ${listed.digest}, but it has ${actual}`,
      };
    }
    if (listed.size !== undefined && listed.size !== artifact.size) {
      return {
        state: 'disagrees',
        problem: `"${file}" lists "${artifact.name}" with ${listed.size} bytes, but it has ${artifact.size}`,
      };
    }
  }
  return { state: 'agrees' };
}

/** Throws SYNC_CHECKSUM_MISMATCH unless the sums file agrees with the artifact. */
export async function requireListed(artifact: Artifact, sums: string, file: string): Promise<void> {
  const listing = await listingOf(artifact, sums, file);
  if (listing.state === 'agrees') return;
  throw new ValopsError('SYNC_CHECKSUM_MISMATCH', listing.problem, {
    hint:
      listing.state === 'silent'
        ? `Compare the names in "${file}" with that of the artifact, and with "verify" in valops.yaml.`
        : 'Install nothing of this release; ask the publisher which of the two is right.',
  });
}

function twice({ name }: Artifact, file: string, one: ListedChecksum, other: ListedChecksum): string {
  return `"${file}" lists "${name}" with two ${one.algorithm} digests, ${one.digest} ("${one.path}") and ${other.digest} ("${other.path}")`;
}
