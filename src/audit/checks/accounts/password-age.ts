import { accountsPasswords } from '../../../facts/accounts/passwords.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const passwordAge = defineCheck({
  id: 'accounts.password-age',
  title: 'passwords that are set expire within a year, after a warning',
  why: 'CIS wants it. The validator profile does not: who logs in by key has no password, and an aged one keeps the key out as well.',
  severity: 'low',
  cadence: 'monthly',
  expectations: {
    'cis-l1': { want: 'at most 365 days, warned 7 days before', source: 'CIS Ubuntu 24.04 5.4.1.1, 5.4.1.3' },
  },
  remediation: 'chage --maxdays 365 --warndays 7 <USER>',
  needs: { passwords: accountsPasswords },
  evaluate: ({ passwords }, _policy, { name: host }) => {
    const set = passwords.filter(({ scheme }) => scheme !== null);
    return orPass(
      set
        .filter(({ maximum, warning }) => maximum === null || maximum > 365 || maximum < 1 || (warning ?? 0) < 7)
        .map(({ user, maximum, warning }) => ({
          status: 'fail',
          subject: user,
          expected: 'at most 365 days, warned 7 days before',
          actual: `${maximum ?? 'no limit of'} days, warned ${warning ?? 0} days before`,
          file: '/etc/shadow',
        })),
      host,
      `${set.length} with a password`,
    );
  },
});
