import { accountsDefaults } from '../../../facts/accounts/defaults.ts';
import { accountsPam } from '../../../facts/accounts/pam.ts';
import { ofBoth } from '../../both-profiles.ts';
import { defineCheck } from '../../check.ts';

const weak = /^(?:md5|bigcrypt|des)$/i;
const methods = /^(?:md5|bigcrypt|sha256|sha512|blowfish|gost_yescrypt|yescrypt)$/;

export const passwordHashing = defineCheck({
  id: 'accounts.password-hashing',
  title: 'the next password will be hashed strongly',
  why: 'PAM and login.defs each choose a hash for the next change; the weaker one may be the one that is used.',
  severity: 'medium',
  cadence: 'monthly',
  expectations: ofBoth('yescrypt, SHA512 or better', 'CIS Ubuntu 24.04 5.3.3.4.3, 5.4.1.4; pam_unix(8)'),
  remediation: 'set ENCRYPT_METHOD YESCRYPT in /etc/login.defs; pam-auth-update --enable unix',
  needs: { settings: accountsDefaults, pam: accountsPam },
  evaluate: ({ settings, pam }) => {
    const defined = settings.findLast(({ name }) => name === 'ENCRYPT_METHOD');
    const rules = pam.filter(
      ({ type, module, path }) =>
        type === 'password' && module === 'pam_unix.so' && path === '/etc/pam.d/common-password',
    );
    return [
      {
        status: defined === undefined || weak.test(defined.value) ? 'fail' : 'pass',
        subject: 'ENCRYPT_METHOD',
        expected: 'YESCRYPT or SHA512',
        actual: defined?.value ?? 'DES, because none is set',
        file: defined?.file ?? '/etc/login.defs',
      },
      ...rules.map(({ path, line, options }) => {
        const method = options.findLast((option) => methods.test(option));
        // without an option pam_unix asks login.defs
        const value = method ?? defined?.value ?? 'DES';
        return {
          status: weak.test(value) ? ('fail' as const) : ('pass' as const),
          subject: 'pam_unix',
          expected: 'yescrypt or sha512',
          actual: method ?? `as login.defs: ${value}`,
          file: `${path}:${line}`,
        };
      }),
    ];
  },
});
