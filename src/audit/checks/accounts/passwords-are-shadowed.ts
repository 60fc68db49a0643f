import { accountsPasswords } from '../../../facts/accounts/passwords.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

export const passwordsAreShadowed = defineCheck({
  id: 'accounts.passwords-are-shadowed',
  title: 'no password stands in /etc/passwd itself',
  why: 'Everybody may read that file, and a hash in it counts instead of the locked one in /etc/shadow: an old way to leave a door open.',
  severity: 'critical',
  cadence: 'weekly',
  expectations: ofBoth('x in every line', 'CIS Ubuntu 24.04 7.2.1; passwd(5)'),
  remediation: 'pwconv; a line that begins with + or - is of NIS: remove it',
  needs: { passwords: accountsPasswords },
  evaluate: ({ passwords }, _policy, { name: host }) =>
    orPass(
      passwords
        .filter(({ inPasswd }) => inPasswd)
        .map(({ user }) => ({
          status: 'fail',
          subject: user,
          expected: 'x',
          actual: /^[+-]/.test(user) ? 'a line of NIS' : 'empty, or a hash',
          file: '/etc/passwd',
        })),
      host,
      `${passwords.length} users`,
    ),
});
