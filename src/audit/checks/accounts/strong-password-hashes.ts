import { accountsPasswords } from '../../../facts/accounts/passwords.ts';
import { defineCheck } from '../../check.ts';
import { orPass } from '../../or-pass.ts';

const names: Readonly<Record<string, string>> = {
  y: 'yescrypt',
  gy: 'gost-yescrypt',
  '7': 'scrypt',
  '6': 'sha512crypt',
  '5': 'sha256crypt',
  '2a': 'bcrypt',
  '2b': 'bcrypt',
  '2y': 'bcrypt',
  '1': 'md5crypt',
};

const strong = { validator: ['y', 'gy', '7', '6', '5', '2b', '2y'], 'cis-l1': ['y', '6'] };

export const strongPasswordHashes = defineCheck({
  id: 'accounts.strong-password-hashes',
  title: 'passwords are hashed so that they are dear to guess',
  why: 'A copy of /etc/shadow, from a backup or a snapshot of the provider, is enough to find a password that is hashed weakly.',
  severity: 'high',
  cadence: 'weekly',
  expectations: {
    validator: { want: 'yescrypt, scrypt, bcrypt or sha-crypt', source: 'crypt(5)' },
    'cis-l1': { want: 'yescrypt or sha512crypt', source: 'CIS Ubuntu 24.04 5.4.1.4' },
  },
  remediation: 'passwd <USER>, or without a password at all: passwd -l <USER>',
  needs: { passwords: accountsPasswords },
  evaluate: ({ passwords }, { profile }, { name: host }) => {
    const set = passwords.filter(({ scheme }) => scheme !== null);
    if (set.length === 0) return [{ status: 'pass', subject: host, actual: 'no account has a password' }];
    const good = profile === 'cis-l1' ? strong['cis-l1'] : strong.validator;
    return orPass(
      set
        .filter(({ scheme }) => !good.includes(scheme ?? ''))
        .map(({ user, scheme }) => ({
          status: 'fail',
          subject: user,
          expected: good.map((one) => names[one] ?? one).join(', '),
          actual: names[scheme ?? ''] ?? scheme ?? '',
          file: '/etc/shadow',
        })),
      host,
      `${set.length} with a password`,
    );
  },
});
