import { accountsDefaults } from '../../../facts/accounts/defaults.ts';
import { accountsPam } from '../../../facts/accounts/pam.ts';
import { defineCheck } from '../../check.ts';

export const lockout = defineCheck({
  id: 'accounts.lockout',
  title: 'guessing passwords locks the account for a while',
  why: 'CIS wants it. The validator profile does not: no password is accepted from the network, and a lock is a way to shut operators out.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: {
    'cis-l1': { want: 'pam_faillock, at most 5 attempts, 900 s or more', source: 'CIS Ubuntu 24.04 5.3.2.2, 5.3.3.1' },
  },
  remediation:
    'enable pam_faillock by a profile in /usr/share/pam-configs and pam-auth-update; deny = 5 and unlock_time = 900 in /etc/security/faillock.conf',
  needs: { pam: accountsPam, settings: accountsDefaults },
  evaluate: ({ pam, settings }) => {
    const rules = pam.filter(({ module }) => module === 'pam_faillock.so');
    const value = (name: string, standard: number): { readonly number: number; readonly file: string } => {
      const option = rules.flatMap(({ options }) => options).find((one) => one.startsWith(`${name}=`));
      const setting = settings.findLast((one) => one.name === `faillock.${name}`);
      return {
        number: Number(option?.slice(name.length + 1) ?? setting?.value ?? standard),
        file: setting?.file ?? '/etc/security/faillock.conf',
      };
    };
    const stages = ['auth', 'account'].every((type) => rules.some((rule) => rule.type === type));
    if (!stages)
      return [
        {
          status: 'fail',
          subject: 'pam_faillock',
          expected: 'in auth and account',
          actual: 'not in use',
          file: '/etc/pam.d/common-auth',
        },
      ];
    const [deny, unlock] = [value('deny', 3), value('unlock_time', 600)];
    return [
      {
        status: deny.number > 0 && deny.number <= 5 ? 'pass' : 'fail',
        subject: 'deny',
        expected: 'at most 5',
        actual: `${deny.number}`,
        file: deny.file,
      },
      {
        status: unlock.number === 0 || unlock.number >= 900 ? 'pass' : 'fail',
        subject: 'unlock_time',
        expected: '0 or at least 900',
        actual: `${unlock.number}`,
        file: unlock.file,
      },
    ];
  },
});
