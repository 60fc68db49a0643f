import type { Declaration } from './declaration.ts';
import { readRecord } from './release.ts';
import { isReleaseName, releaseRoot } from './release-root.ts';
import type { StoreDoors } from './safe-prefix.ts';

/** A release directory and what its record says; nothing else of it was looked at. */
export interface InstalledRelease {
  readonly release: string;
  /** Null when its record cannot be read: then it is broken. */
  readonly version: string | null;
  /** RFC 3339, UTC. */
  readonly installedAt: string | null;
  /** Of the artifact, lowercase hex. */
  readonly sha256: string | null;
}

/** The releases of one binary, newest installation first; those without a record last. */
export function installedReleases({ context }: StoreDoors, declaration: Declaration): readonly InstalledRelease[] {
  const root = releaseRoot(declaration);
  return context.files
    .list(root.path)
    .filter((name) => isReleaseName(name) && context.files.stat(root.release(name))?.type === 'directory')
    .map((release): InstalledRelease => {
      const read = readRecord(context.files, root.release(release));
      if (!read.known) return { release, version: null, installedAt: null, sha256: null };
      const { version, installedAt, artifact } = read.value.record;
      return { release, version, installedAt, sha256: artifact.sha256 };
    })
    .toSorted((a, b) => {
      const [left, right] = [a.installedAt ?? '', b.installedAt ?? ''];
      return left === right ? 0 : left < right ? 1 : -1;
    });
}
