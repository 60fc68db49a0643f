import { accountsPasswords } from '../../../facts/accounts/passwords.ts';
import { loginUsers } from '../../../facts/login/users.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

const day = 86_400_000;
const ahead = 30;

export const nobodyExpiresSoon = defineCheck({
  id: 'accounts.nobody-expires-soon',
  title: 'no account that people log in with expires, or its password, within 30 days',
  why: 'An account or password that has expired keeps its owner out even with a key: found out in the night in which the validator needs them.',
  severity: 'medium',
  cadence: 'weekly',
  expectations: ofBoth('30 days left at least', 'shadow(5), pam_unix(8)'),
  remediation: 'chage -l <USER>; then chage --expiredate -1 --maxdays -1 <USER>, or userdel <USER> if they left',
  needs: { users: loginUsers, passwords: accountsPasswords },
  evaluate: ({ users, passwords }, { now }, { name: host }) => {
    const today = Math.floor(now.getTime() / day);
    const people = users.filter(({ canLogIn }) => canLogIn);
    const dateOf = (days: number): string => new Date(days * day).toISOString().slice(0, 10);
    return orPass(
      people.flatMap(({ name, expiresOn }) => {
        const age = passwords.find(({ user }) => user === name);
        const forced = age?.changedOn === 0;
        const aged = age?.changedOn == null || age.maximum === null ? null : age.changedOn + age.maximum;
        const common = {
          status: 'fail' as const,
          subject: name,
          expected: `after ${dateOf(today + ahead)}, or never`,
          file: '/etc/shadow',
        };
        if (expiresOn !== null && expiresOn <= today + ahead)
          return [{ ...common, actual: `the account expires on ${dateOf(expiresOn)}` }];
        if (forced) return [{ ...common, actual: 'the password has to be changed at the next login' }];
        if (aged !== null && aged <= today + ahead)
          return [{ ...common, actual: `the password expires on ${dateOf(aged)}` }];
        return [];
      }),
      host,
      `${people.length} accounts`,
    );
  },
});
