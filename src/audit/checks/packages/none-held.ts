import { packagesDpkg } from '../../../facts/packages/dpkg.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'none, or waived with an end', source: 'apt-mark(8), hold' };

export const noneHeld = defineCheck({
  id: 'packages.none-held',
  title: 'no package is held back for ever',
  why: 'A hold is a decision of one day that keeps security updates away in all years after it; a waiver gives it an end.',
  severity: 'low',
  cadence: 'monthly',
  expectations: { validator: want },
  remediation: 'apt-mark unhold <PACKAGE>, or waive it until a day',
  needs: { dpkg: packagesDpkg },
  evaluate: ({ dpkg: { odd } }) => {
    const held = odd.filter(({ status }) => status.startsWith('hold '));
    if (held.length === 0) return [{ status: 'pass', subject: 'packages', expected: 'none', actual: 'none' }];
    return held.map(({ name, version }) => ({
      status: 'fail',
      subject: name,
      expected: 'not held',
      actual: `held at ${version}`,
      file: '/var/lib/dpkg/status',
    }));
  },
});
