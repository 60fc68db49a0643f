import { packagesUpdates } from '../../../facts/packages/updates.ts';
import { defineCheck } from '../../check.ts';

const want = { want: 'none', source: 'Debian security FAQ' };

export const noSecurityUpdatesPending = defineCheck({
  id: 'packages.no-security-updates-pending',
  title: 'no security update waits to be installed',
  why: 'The fix is public, and with it the hole. A validator installs by hand, in its own hour, so somebody must be told.',
  severity: 'high',
  cadence: 'weekly',
  expectations: { validator: want, 'cis-l1': { want: want.want, source: 'CIS Ubuntu 24.04 1.2.2.1' } },
  remediation:
    'apt-get update; apt-get install --only-upgrade <PACKAGE>; then restart what uses it, when that suits the network',
  needs: { updates: packagesUpdates },
  evaluate: ({ updates: { pending, lists } }) => {
    if (lists.length === 0)
      return [
        { status: 'unknown', subject: 'security updates', evidence: 'no list of security updates was ever fetched' },
      ];
    if (pending.length === 0)
      return [
        { status: 'pass', subject: 'security updates', expected: 'none', actual: 'none', evidence: lists.join('\n') },
      ];
    return pending.map(({ name, installed, offered }) => ({
      status: 'fail',
      subject: name,
      expected: offered,
      actual: installed,
    }));
  },
});
