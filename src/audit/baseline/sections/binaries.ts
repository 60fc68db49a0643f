import { binariesDigestsAt } from '../../../facts/binaries/digests.ts';
import { binariesLocalOf } from '../../../facts/binaries/local.ts';
import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import type { BaselineEntry } from '../entry.ts';
import { defineSection } from '../section.ts';

/** Pinned binaries change with `valops sync`, which is a change somebody means: it is accepted afterwards. */
export const binariesSection = defineSection({
  id: 'binaries',
  title: 'pinned binaries, and programs of units and of /usr/local',
  needs: ({ binariesPrefix, units }) => ({
    releases: binariesReleasesAt(binariesPrefix),
    digests: binariesDigestsAt(binariesPrefix),
    local: binariesLocalOf(units),
  }),
  entries: ({ releases, digests, local }) => {
    if (digests.tooLarge.length > 0) throw new Error(`too large to be read: ${digests.tooLarge.join(', ')}`);
    const pinned = Object.entries(digests.files).map(([path, sha256]): BaselineEntry => ({
      key: path,
      value: `sha256 ${sha256}`,
      file: path,
    }));
    const known = new Set(Object.keys(digests.files));
    return [
      ...releases.entries
        .filter(({ type }) => type === 'link')
        .map(({ path, target }): BaselineEntry => ({ key: path, value: `link to ${target}`, file: path })),
      ...pinned,
      ...local
        .filter(({ path }) => !known.has(path))
        .map(({ path, type, mode, owner, group, target, sha256 }): BaselineEntry => ({
          key: path,
          value: type === 'link' ? `link to ${target}` : `${type} ${mode} ${owner}:${group}, sha256 ${sha256}`,
          file: path,
        })),
    ];
  },
});
