import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'owned by root, written by root alone', source: 'valops: sync; path_resolution(7)' };

export const prefixSafe = defineCheck({
  id: 'binaries.prefix-safe',
  title: 'nobody but root can replace a pinned binary',
  why: 'Who can write to the prefix, or to a directory above it, chooses what the validator runs with its key.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'chown root:root <PATH> && chmod go-w <PATH>',
  needs: ({ binariesPrefix }) => ({ releases: binariesReleasesAt(binariesPrefix) }),
  evaluate: ({ releases: { prefix, entries, parents } }) => {
    if (entries.length === 0) return [{ status: 'skip', subject: prefix, evidence: 'there is no such directory' }];
    const all = [...entries, ...parents];
    const open = all.filter(
      ({ uid, mode, type }) => uid !== 0 || (type !== 'link' && (parseInt(mode, 8) & 0o022) !== 0),
    );
    if (open.length === 0)
      return [{ status: 'pass', subject: prefix, expected: want.want, actual: `${all.length} names` }];
    return open.map(({ path, owner, group, mode }) => ({
      status: 'fail',
      subject: path,
      expected: want.want,
      actual: `${owner}:${group} ${mode}`,
      file: path,
    }));
  },
});
