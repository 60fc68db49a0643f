import { loginUsers } from '../../../facts/login/users.ts';
import { defineCheck } from '../../check.ts';

export const noEmptyPasswords = defineCheck({
  id: 'accounts.no-empty-passwords',
  title: 'no account has an empty password',
  why: 'Whoever is on the host in any way, or on its console, becomes that user without a question.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'set, locked or disabled', source: 'CIS Ubuntu 24.04 7.2.2' },
    'cis-l1': { want: 'set, locked or disabled', source: 'CIS Ubuntu 24.04 7.2.2' },
  },
  remediation: 'passwd -l <USER>',
  needs: { users: loginUsers },
  evaluate: ({ users }) =>
    users.map(({ name, password }) => {
      const common = { subject: name, expected: 'set, locked or disabled', file: '/etc/shadow' };
      if (password === 'unknown') return { ...common, status: 'skip', evidence: 'not an account of /etc/shadow' };
      return { ...common, status: password === 'empty' ? 'fail' : 'pass', actual: password };
    }),
});
