import { loginUsers } from '../../../facts/login/users.ts';
import { defineCheck } from '../../check.ts';

/** CIS 5.4.2.1: a second name for root escapes every rule that is written for root. */
export const onlyRootIsUid0 = defineCheck({
  id: 'accounts.only-root-is-uid-0',
  title: 'only root has uid 0',
  why: 'Another account with uid 0 is root by another name: its password, keys and logins escape what is audited for root.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'root alone', source: 'passwd(5)' },
    'cis-l1': { want: 'root alone', source: 'CIS Ubuntu 24.04 5.4.2.1' },
  },
  remediation: 'Give it a uid of its own, or remove it: userdel <USER>',
  needs: { users: loginUsers },
  evaluate: ({ users }) =>
    users
      .filter(({ uid }) => uid === 0)
      .map(({ name }) => ({
        status: name === 'root' ? 'pass' : 'fail',
        subject: name,
        expected: 'a uid of its own',
        actual: 'uid 0',
        file: '/etc/passwd',
      })),
});
