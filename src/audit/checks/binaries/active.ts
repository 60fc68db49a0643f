import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { isReleaseName } from '../../../sync/release-root.ts';
import { defineCheck } from '../../check.ts';
import { readReleases } from '../../releases-read.ts';

const want = { want: 'a release beside it, with its record', source: 'valops: sync' };

export const active = defineCheck({
  id: 'binaries.active',
  title: 'every installed binary has an active release that says what it is',
  why: 'What runs after the next restart is whatever this link leads to: it must be a release that was verified.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Look: valops sync status; then install it anew: valops sync <NAME>',
  needs: ({ binariesPrefix }) => ({ releases: binariesReleasesAt(binariesPrefix) }),
  evaluate: ({ releases }) => {
    const read = readReleases(releases);
    if ('status' in read) return [read];
    return read.map(({ name, link, release, record }) => {
      const common = { subject: name, expected: 'a release beside it', file: link.path, running: link.target ?? '' };
      if (release === null || !isReleaseName(release))
        return { ...common, status: 'fail', actual: `leads to "${link.target ?? ''}", which is no release` };
      if (typeof record === 'string') return { ...common, status: 'fail', actual: record };
      if (
        record.name !== name ||
        !release.startsWith(`${record.version}-`) ||
        !release.endsWith(record.artifact.sha256.slice(0, 12))
      )
        return { ...common, status: 'fail', actual: `the record is of ${record.name} ${record.version}` };
      return { ...common, status: 'pass', actual: `${record.version}, installed at ${record.installedAt}` };
    });
  },
});
