import { loginUsers } from '../../../facts/login/users.ts';
import { defineCheck } from '../../check.ts';

const want = 'nologin or false';

export const systemUsersHaveNoShell = defineCheck({
  id: 'accounts.system-users-have-no-shell',
  title: 'accounts of services cannot log in',
  why: 'A service that is broken into becomes a login where its account has a shell; the account that runs the validator holds its key.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: {
    validator: { want, source: 'CIS Ubuntu 24.04 5.4.2.7' },
    'cis-l1': { want, source: 'CIS Ubuntu 24.04 5.4.2.7' },
  },
  remediation: 'usermod -s /usr/sbin/nologin <USER>',
  needs: { users: loginUsers },
  evaluate: ({ users }, { serviceUsers }) =>
    users
      .filter(({ name, uid }) => (uid > 0 && uid < 1000) || serviceUsers.includes(name))
      .map(({ name, uid, shell, canLogIn }) => ({
        status: canLogIn ? 'fail' : 'pass',
        subject: name,
        expected: want,
        actual: shell || '/bin/sh, because none is named',
        file: '/etc/passwd',
        ...(serviceUsers.includes(name) ? { evidence: `uid ${uid}, declared in audit.serviceUsers` } : {}),
      })),
});
