import { binariesReleasesAt } from '../../../facts/binaries/releases.ts';
import { isLeftover } from '../../../sync/release-root.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'nothing under way for more than an hour', source: 'valops: sync' };

export const noLeftovers = defineCheck({
  id: 'binaries.no-leftovers',
  title: 'no installation or switch of a binary was left half done',
  why: 'After a switch that never ended nobody knows whether the new release was proven, and the next restart may find out.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'Any changing command ends it: valops sync <NAME>',
  needs: ({ binariesPrefix }) => ({ releases: binariesReleasesAt(binariesPrefix) }),
  evaluate: ({ releases: { prefix, entries } }, { now }) => {
    if (entries.length === 0) return [{ status: 'skip', subject: prefix, evidence: 'there is no such directory' }];
    const depth = (path: string): number => path.slice(prefix.length).split('/').length - 1;
    const over = entries.filter(({ path, modified }) => {
      const name = path.split('/').at(-1) ?? '';
      return (
        depth(path) === 2 && (isLeftover(name) || name === 'pending.json') && now.getTime() / 1000 - modified > 3600
      );
    });
    if (over.length === 0) return [{ status: 'pass', subject: prefix, actual: 'nothing under way' }];
    return over.map(({ path, modified }) => ({
      status: 'fail',
      subject: path,
      expected: 'gone when the command ends',
      actual: `there since ${new Date(modified * 1000).toISOString()}`,
      file: path,
    }));
  },
});
