import { packagesApt } from '../../../facts/packages/apt.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'only root may change them', source: 'apt.conf(5); apt-secure(8)' };

export const aptFilesOwnedByRoot = defineCheck({
  id: 'packages.apt-files-owned-by-root',
  title: 'only root may change sources, keys and settings of apt',
  why: 'apt runs programs that its settings name, as root: whoever may write there is root at the next update.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'chown root:root <FILE>; chmod go-w <FILE>',
  needs: { apt: packagesApt },
  evaluate: ({ apt: { writable } }) =>
    writable.length === 0
      ? [{ status: 'pass', subject: '/etc/apt', expected: 'only root may change them', actual: 'only root may' }]
      : writable.map(({ path, mode, owner }) => ({
          status: 'fail',
          subject: path,
          expected: 'of root, 0755 or less',
          actual: `of ${owner}, ${mode}`,
          file: path,
        })),
});
