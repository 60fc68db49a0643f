import { ValopsError } from '../lib/errors.ts';
import type { Declaration } from './declaration.ts';
import type { ReleaseAt } from './release-command.ts';
import { releaseRoot } from './release-root.ts';
import { readRecord } from './release.ts';
import { releaseWords } from './release-words.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** An installed release with what its record says; its bytes are not looked at. */
export interface KnownRelease extends ReleaseAt {
  readonly name: string;
  /** Lowercase hex, of `release.json`. */
  readonly recordSha256: string;
}

/** Reads what an installed release says of itself. Throws SYNC_RELEASE_BROKEN when it has no readable record. */
export function releaseAt({ context }: StoreDoors, declaration: Declaration, release: string): KnownRelease {
  const path = releaseRoot(declaration).release(release);
  const read = readRecord(context.files, path);
  if (!read.known) {
    throw new ValopsError('SYNC_RELEASE_BROKEN', `release "${release}" is not complete: ${read.reason}`, {
      hint: `See what is wrong with it: valops sync verify ${declaration.name}`,
    });
  }
  const { record, sha256 } = read.value;
  const { name, version, files } = record;
  const platform = declaration.platforms.find(({ id }) => id === record.platform);
  const words = platform === undefined ? { name, version } : { ...releaseWords(declaration, platform, version) };
  return { name: release, path, version, files, words, recordSha256: sha256 };
}
