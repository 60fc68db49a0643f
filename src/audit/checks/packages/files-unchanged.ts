import { packagesVerify } from '../../../facts/packages/verify.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'as in the package', source: 'dpkg(1), --verify; Lynis PKGS-7370' };

export const filesUnchanged = defineCheck({
  id: 'packages.files-unchanged',
  title: 'programs of login, shell and packages are those that were installed',
  why: 'A replaced sshd, login or sudo lets somebody in and writes nothing; dpkg still knows what they were.',
  severity: 'critical',
  cadence: 'monthly',
  expectations: { validator: want, 'cis-l1': want },
  remediation:
    'Treat the host as broken into until you know better: valops runbook list. When you know: apt-get install --reinstall <PACKAGE>',
  needs: { verified: packagesVerify },
  evaluate: ({ verified: { packages, changed } }) => {
    if (packages.length === 0) return [{ status: 'unknown', subject: 'packages', evidence: 'dpkg knows none of them' }];
    if (changed.length === 0)
      return [
        {
          status: 'pass',
          subject: 'packages',
          expected: 'as installed',
          actual: `${packages.length} packages, no file differs`,
        },
      ];
    return changed.map(({ path, missing }) => ({
      status: 'fail',
      subject: path,
      expected: 'as in its package',
      actual: missing ? 'missing' : 'another content',
      file: path,
    }));
  },
});
