import { packagesDpkg } from '../../../facts/packages/dpkg.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'every package is installed whole', source: 'dpkg(1), package states' };

export const noneHalfInstalled = defineCheck({
  id: 'packages.none-half-installed',
  title: 'no package is half installed or half configured',
  why: 'An update that broke off leaves old code running beside new files, and stops every later update.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': want },
  remediation: 'dpkg --configure -a; apt-get -f install',
  needs: { dpkg: packagesDpkg },
  evaluate: ({ dpkg: { installed, odd } }) => {
    const broken = odd.filter(({ status }) => !/^hold ok installed$/.test(status));
    if (broken.length === 0)
      return [
        {
          status: 'pass',
          subject: 'packages',
          expected: 'installed whole',
          actual: `${installed} packages, all whole`,
        },
      ];
    return broken.map(({ name, version, status }) => ({
      status: 'fail',
      subject: name,
      expected: 'install ok installed',
      actual: status,
      evidence: `version ${version}`,
      file: '/var/lib/dpkg/status',
    }));
  },
});
