import { accountsDefaults } from '../../../facts/accounts/defaults.ts';
import { accountsPam } from '../../../facts/accounts/pam.ts';
import { defineCheck } from '../../check.ts';

export const passwordQuality = defineCheck({
  id: 'accounts.password-quality',
  title: 'new passwords are long, and not empty ones',
  why: 'CIS wants it. The validator profile has no passwords to be judged: they are locked, and keys are used.',
  severity: 'low',
  cadence: 'monthly',
  expectations: {
    'cis-l1': { want: 'pam_pwquality with 14 characters, no nullok', source: 'CIS Ubuntu 24.04 5.3.3.2, 5.3.3.4.1' },
  },
  remediation:
    'apt-get install libpam-pwquality; minlen = 14 in /etc/security/pwquality.conf; take nullok out of /usr/share/pam-configs/unix; pam-auth-update',
  needs: { pam: accountsPam, settings: accountsDefaults },
  evaluate: ({ pam, settings }) => {
    const rule = pam.find(({ type, module }) => type === 'password' && module === 'pam_pwquality.so');
    const set = settings.findLast(({ name }) => name === 'pwquality.minlen');
    const option = rule?.options.find((one) => one.startsWith('minlen='))?.slice('minlen='.length);
    const length = Number(option ?? set?.value ?? 8);
    const empty = pam.filter(
      ({ module, options }) => module === 'pam_unix.so' && options.some((one) => one.startsWith('nullok')),
    );
    return [
      rule === undefined
        ? {
            status: 'fail',
            subject: 'pam_pwquality',
            expected: 'in use',
            actual: 'not in use',
            file: '/etc/pam.d/common-password',
          }
        : {
            status: length >= 14 ? 'pass' : 'fail',
            subject: 'minlen',
            expected: 'at least 14',
            actual: `${length}`,
            file: set?.file ?? `${rule.path}:${rule.line}`,
          },
      ...(empty.length === 0 ? [{ status: 'pass' as const, subject: 'nullok', actual: 'nowhere' }] : []),
      ...empty.map(({ path, line }) => ({
        status: 'fail' as const,
        subject: `nullok in ${path}`,
        expected: 'no nullok',
        actual: 'nullok',
        file: `${path}:${line}`,
      })),
    ];
  },
});
